package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// report prints one figure as one object.
func report(name, unit string, samples []float64) {
	sort.Float64s(samples)
	count := len(samples)
	line, err := json.Marshal(map[string]any{
		"name": name, "unit": unit, "median": (samples[(count-1)/2] + samples[count/2]) / 2,
		"min": samples[0], "max": samples[count-1],
	})
	check(err)
	fmt.Println(string(line))
}

// rounds is what body measures in each of count rounds, after one that does not count.
func rounds(count int, body func() float64) []float64 {
	body()
	samples := make([]float64, count)
	for i := range samples {
		samples[i] = body()
	}
	return samples
}

// together does body in count goroutines, and returns when all are done.
func together(count int, body func(int)) {
	var group sync.WaitGroup
	for number := range count {
		group.Go(func() { body(number) })
	}
	group.Wait()
}

// processorTime of this process, user and system together.
func processorTime() time.Duration {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func residentKibibytes() int {
	content, err := os.ReadFile("/proc/self/statm")
	check(err)
	pages, err := strconv.Atoi(strings.Fields(string(content))[1])
	check(err)
	return pages * os.Getpagesize() / 1024
}

// heapBytes that are reachable.
func heapBytes() float64 {
	runtime.GC()
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return float64(memory.HeapAlloc)
}

// child runs this program again; what it prints, and how long it took.
func child(arguments ...string) (string, time.Duration) {
	started := time.Now()
	output, err := exec.Command("/proc/self/exe", arguments...).Output()
	check(err)
	return string(output), time.Since(started)
}
