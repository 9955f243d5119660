/* The peers' end of the harness's protocol (see bench/ours/ours.go): settings, the data, and the loop that answers. */
#ifndef SIDE_H
#define SIDE_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* setting returns the value of the argument key=value, or otherwise. */
static const char *setting(int argc, char **argv, const char *key, const char *otherwise) {
  size_t n = strlen(key);
  for (int i = 1; i < argc; i++)
    if (!strncmp(argv[i], key, n) && argv[i][n] == '=') return argv[i] + n + 1;
  return otherwise;
}

static int setting_int(int argc, char **argv, const char *key, int otherwise) {
  const char *v = setting(argc, argv, key, NULL);
  return v ? atoi(v) : otherwise;
}

/* floats returns room for n numbers, aligned to cache lines. */
static float *floats(size_t n) {
  float *p = aligned_alloc(64, (n * sizeof *p + 63) / 64 * 64);
  if (!p) {
    fprintf(stderr, "out of memory\n");
    exit(1);
  }
  memset(p, 0, n * sizeof *p);
  return p;
}

/* idx reads the elements of an IDX file whose header has so many dimensions. */
static inline uint8_t *idx(const char *dir, const char *name, int dimensions, size_t bytes) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.idx", dir, name);
  FILE *f = fopen(path, "rb");
  uint8_t *data = malloc(bytes);
  if (!f || !data || fseek(f, 4 + 4 * dimensions, SEEK_SET) || fread(data, 1, bytes, f) != bytes) {
    fprintf(stderr, "%s: cannot be read\n", path);
    exit(1);
  }
  fclose(f);
  return data;
}

/* serve does work whenever the harness says so; work returns the value and writes the check. */
static void serve(const char *version, double (*work)(char *check, size_t size)) {
  char line[64], check[128];
  printf("ready %s\n", version);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    double value = work(check, sizeof check);
    printf("{\"value\": %.9g, \"check\": \"%s\"}\n", value, check);
    fflush(stdout);
  }
}
#endif
