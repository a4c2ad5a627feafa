// The functions of the C library through which everything in a process asks for memory, Swift's runtime and libcurl
// included. The dynamic linker finds a program's own before a library's, so these stand in for glibc's, without
// LD_PRELOAD; they count, and hand the call on. While nothing is counted that costs a load and a branch.
//
// In C, because Swift reserves the name `malloc`.

#include "BenchmarkShims.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_bool is_counting;
static atomic_long blocks;

static inline void note(void) {
  if (atomic_load_explicit(&is_counting, memory_order_relaxed)) {
    atomic_fetch_add_explicit(&blocks, 1, memory_order_relaxed);
  }
}

void benchmark_count_allocations(bool counts) {
  if (counts) atomic_store(&blocks, 0);
  atomic_store(&is_counting, counts);
}

long benchmark_allocations(void) { return atomic_load(&blocks); }

void *malloc(size_t size) {
  note();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  note();
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  note();
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *found = memalign(alignment, size);
  if (!found) return ENOMEM;
  *block = found;
  return 0;
}
