package main

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

const longLife = 31_536_000

var background = context.Background()

// measure reports the figure called name, and those that come out of the same measurement.
func measure(which, name, issuer string) {
	kind, number, _ := strings.Cut(name, ".")
	count, _ := strconv.Atoi(number)
	base := fmt.Sprintf("%s/0/%d", issuer, longLife)
	slow := fmt.Sprintf("%s/50/%d", issuer, longLife)
	switch {
	case kind == "hit":
		report(name, "ns", hits(newClient(which, base), count))
	case kind == "cold":
		report(name, "ms", rounds(7, func() float64 { return cold(newClient(which, slow), count, 1) }))
	case kind == "scopes":
		report(name, "ms", rounds(7, func() float64 { return cold(newClient(which, slow), 100, count) }))
	case kind == "refresh":
		refresh(which, issuer)
	case kind == "fetch":
		client := newClient(which, base)
		scopes := make([]string, count)
		for i := range scopes {
			scopes[i] = scopeText(i)
		}
		calls(name, count, func(caller int) error { _, err := client.fetch(background, scopes[caller]); return err })
	case kind == "issue":
		client := newOriginal(base)
		calls(name, count, func(caller int) error {
			user := fmt.Sprintf("user-%d", caller)
			_, err := client.issue(background, "t1", user, fmt.Sprintf("users/%d/report.pdf", caller))
			return err
		})
	case name == "memory.scope":
		memoryPerScope(newClient(which, base))
	case name == "memory.process":
		report(name, "KiB", rounds(5, func() float64 {
			output, _ := child("hold", issuer)
			kibibytes, err := strconv.ParseFloat(output, 64)
			check(err)
			return kibibytes
		}))
	case name == "startup.get":
		report(name, "ms", rounds(31, func() float64 {
			_, took := child("get", issuer)
			return took.Seconds() * 1e3
		}))
	default:
		fmt.Fprintln(os.Stderr, "no figure is called", name)
		os.Exit(64)
	}
}

// hits: nanoseconds per read of a cached token, over all goroutines.
func hits(client client, goroutines int) []float64 {
	_, err := client.ServiceToken(background, scopeText(0))
	check(err)
	calls := 1_000_000 / goroutines
	return rounds(7, func() float64 {
		started := time.Now()
		together(goroutines, func(int) {
			scope := scopeText(0)
			for range calls {
				if token, err := client.ServiceToken(background, scope); err != nil || token == "" {
					panic("no hit")
				}
			}
		})
		return float64(time.Since(started).Nanoseconds()) / float64(calls*goroutines)
	})
}

// cold: milliseconds until the last of callers, which share scopes, has its token.
func cold(client client, callers, scopes int) float64 {
	started := time.Now()
	together(callers, func(number int) {
		_, err := client.ServiceToken(background, scopeText(number%scopes))
		check(err)
	})
	return time.Since(started).Seconds() * 1e3
}

// refresh: 64 callers for 5 s while their token goes stale once a second, from a server that takes 50 ms.
func refresh(which, issuer string) {
	life := 16 // 15 s of skew
	if which == "oauth2" {
		life = 11 // 10 s of it
	}
	var p999, longest, delayed []float64
	for range 3 {
		client := newClient(which, fmt.Sprintf("%s/50/%d", issuer, life))
		_, err := client.ServiceToken(background, scopeText(0))
		check(err)
		times := make([][]time.Duration, 64)
		end := time.Now().Add(5 * time.Second)
		together(64, func(caller int) {
			scope := scopeText(0)
			for time.Now().Before(end) {
				started := time.Now()
				_, err := client.ServiceToken(background, scope)
				times[caller] = append(times[caller], time.Since(started))
				check(err)
				time.Sleep(time.Millisecond)
			}
		})
		var all []time.Duration
		late := 0.0
		for _, each := range times {
			all = append(all, each...)
		}
		sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
		for _, each := range all {
			if each > 10*time.Millisecond {
				late++
			}
		}
		p999 = append(p999, float64(all[len(all)*999/1000].Nanoseconds())/1e3)
		longest = append(longest, float64(all[len(all)-1].Nanoseconds())/1e3)
		delayed = append(delayed, late)
	}
	report("refresh.p999", "µs", p999)
	report("refresh.max", "µs", longest)
	report("refresh.delayed", "count", delayed)
}

// calls: how many a second callers make together, and the processor time of each.
func calls(name string, callers int, call func(int) error) {
	var processor []float64
	samples := rounds(5, func() float64 {
		used, started := processorTime(), time.Now()
		end := started.Add(time.Second)
		counts := make([]int, callers)
		together(callers, func(caller int) {
			for time.Now().Before(end) {
				check(call(caller))
				counts[caller]++
			}
		})
		total := 0.0
		for _, count := range counts {
			total += float64(count)
		}
		processor = append(processor, float64((processorTime()-used).Nanoseconds())/1e3/total)
		return total / time.Since(started).Seconds()
	})
	report(name, "1/s", samples)
	report("cpu."+name, "µs", processor[1:])
}

// memoryPerScope: bytes of heap for each of 100,000 scopes.
func memoryPerScope(client client) {
	const scopes = 100_000
	_, err := client.ServiceToken(background, scopeText(0))
	check(err)
	before := heapBytes()
	for number := range scopes {
		_, err := client.ServiceToken(background, scopeText(number+1))
		check(err)
	}
	bytes := heapBytes() - before
	_, err = client.ServiceToken(background, scopeText(0))
	check(err)
	report("memory.scope", "B", []float64{bytes / scopes})
}
