// What Swift's module of glibc leaves out, and a count of allocations.

#ifndef SERVICE_TOKEN_BENCHMARK_SHIMS_H
#define SERVICE_TOKEN_BENCHMARK_SHIMS_H

#include <malloc.h>
#include <stdbool.h>
#include <sys/epoll.h>

// Counts the blocks of memory that this process asks for, from now on and from zero; or no more.
void benchmark_count_allocations(bool counts);

// How many there were.
long benchmark_allocations(void);

#endif
