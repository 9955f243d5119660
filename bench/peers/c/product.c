/* c = a·b of float32 matrices, row-major, called again and again for so many milliseconds; the value is the median
 * call's GFLOP/s. Compiled with CBLAS (OpenBLAS, BLIS) or with DNNL (oneDNN).
 *
 * Where a library has several ways to the same product, its fastest counts: for one row OpenBLAS's and BLIS's sgemv beside
 * sgemm, for oneDNN the matmul primitive beside dnnl_sgemm. "product core" prints which kernels OpenBLAS has chosen.
 *
 * m=512 n=80 k=784 ms=150 */
#include <math.h>
#ifdef DNNL
#include <dnnl.h>
#else
#include <cblas.h>
#endif

#include "side.h"

static int m, n, k, period;
static float *a, *b, *c;

#ifdef DNNL
static dnnl_primitive_t primitive;
static dnnl_memory_t memory_a, memory_b, memory_c;
static dnnl_stream_t stream;

static void must(dnnl_status_t status, const char *what) {
  if (status != dnnl_success) {
    fprintf(stderr, "oneDNN: %s: status %d\n", what, status);
    exit(1);
  }
}

static void prepare(void) {
  dnnl_dims_t dims_a = {m, k}, dims_b = {k, n}, dims_c = {m, n};
  dnnl_engine_t engine;
  dnnl_primitive_desc_t description;
  must(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine");
  must(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "stream");
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_t desc_a, desc_b, desc_c;
  must(dnnl_memory_desc_create_with_tag(&desc_a, 2, dims_a, dnnl_f32, dnnl_ab), "a");
  must(dnnl_memory_desc_create_with_tag(&desc_b, 2, dims_b, dnnl_f32, dnnl_ab), "b");
  must(dnnl_memory_desc_create_with_tag(&desc_c, 2, dims_c, dnnl_f32, dnnl_ab), "c");
  must(dnnl_matmul_primitive_desc_create(&description, engine, desc_a, desc_b, NULL, desc_c, NULL), "matmul");
  must(dnnl_memory_create(&memory_a, desc_a, engine, a), "a");
  must(dnnl_memory_create(&memory_b, desc_b, engine, b), "b");
  must(dnnl_memory_create(&memory_c, desc_c, engine, c), "c");
#else
  dnnl_memory_desc_t desc_a, desc_b, desc_c;
  dnnl_matmul_desc_t matmul;
  must(dnnl_memory_desc_init_by_tag(&desc_a, 2, dims_a, dnnl_f32, dnnl_ab), "a");
  must(dnnl_memory_desc_init_by_tag(&desc_b, 2, dims_b, dnnl_f32, dnnl_ab), "b");
  must(dnnl_memory_desc_init_by_tag(&desc_c, 2, dims_c, dnnl_f32, dnnl_ab), "c");
  must(dnnl_matmul_desc_init(&matmul, &desc_a, &desc_b, NULL, &desc_c), "matmul");
  must(dnnl_primitive_desc_create(&description, &matmul, NULL, engine, NULL), "matmul");
  must(dnnl_memory_create(&memory_a, &desc_a, engine, a), "a");
  must(dnnl_memory_create(&memory_b, &desc_b, engine, b), "b");
  must(dnnl_memory_create(&memory_c, &desc_c, engine, c), "c");
#endif
  must(dnnl_primitive_create(&primitive, description), "primitive");
}

static void product(void) {
  dnnl_exec_arg_t arguments[3] = {{DNNL_ARG_SRC, memory_a}, {DNNL_ARG_WEIGHTS, memory_b}, {DNNL_ARG_DST, memory_c}};
  dnnl_primitive_execute(primitive, stream, 3, arguments);
  dnnl_stream_wait(stream);
}

static void other(void) { dnnl_sgemm('N', 'N', m, n, k, 1, a, k, b, n, 0, c, n); }
static int has_other(void) { return 1; }
#else
static void prepare(void) {}
static void product(void) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
}
static void other(void) { cblas_sgemv(CblasRowMajor, CblasTrans, k, n, 1, b, n, a, 1, 0, c, 1); }
static int has_other(void) { return m == 1; }
#endif

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* median_call returns the GFLOP/s of the median call within so many seconds. */
static double median_call(void (*call)(void), double length) {
  enum { MOST = 1 << 20 };
  static double times[MOST];
  int calls = 0;
  for (double begun = seconds(); calls < 3 || (seconds() - begun < length && calls < MOST); calls++) {
    double at = seconds();
    call();
    times[calls] = seconds() - at;
  }
  qsort(times, calls, sizeof *times, ascending);
  return 2e-9 * m * n * k / times[calls / 2];
}

static double work(char *check, size_t size) {
  double best = median_call(product, period * 1e-3);
  if (has_other()) {
    double second = median_call(other, period * 1e-3);
    if (second > best) best = second;
  }
  int i = m / 2, j = n / 3;
  double want = 0;
  for (int l = 0; l < k; l++) want += (double)a[(size_t)i * k + l] * b[(size_t)l * n + j];
  snprintf(check, size, fabs(want - c[(size_t)i * n + j]) > 1e-3 * sqrt(k) ? "wrong" : "right");
  return best;
}

int main(int argc, char **argv) {
#ifdef OPENBLAS
  if (argc == 2 && !strcmp(argv[1], "core")) {
    puts(openblas_get_corename());
    return 0;
  }
#endif
  m = setting_int(argc, argv, "m", 512);
  n = setting_int(argc, argv, "n", 80);
  k = setting_int(argc, argv, "k", 784);
  period = setting_int(argc, argv, "ms", 150);
  a = floats((size_t)m * k);
  b = floats((size_t)k * n);
  c = floats((size_t)m * n);
  for (size_t i = 0; i < (size_t)m * k; i++) a[i] = i * 7919 % 1000 / 1000.0f - 0.5f;
  for (size_t i = 0; i < (size_t)k * n; i++) b[i] = i * 104729 % 1000 / 1000.0f - 0.5f;
  prepare();
  serve(VERSION, work);
}
