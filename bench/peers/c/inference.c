/* The 10,000 test digits through 784-50-100-10 on a BLAS, batch rows a call, n times over; the rows of a call are split
 * among OpenMP threads, each of which calls sgemm on one thread.
 *
 * data=DIR batch=100 threads=2 n=10 */
#include <cblas.h>
#include <math.h>
#include <omp.h>

#include "side.h"

enum { IMAGES = 10000, IN = 784, H1 = 50, H2 = 100, OUT = 10, WEIGHTS = IN * H1 + H1 + H1 * H2 + H2 + H2 * OUT + OUT };

static float *x, *h1, *h2, *y, *w1, *b1, *w2, *b2, *w3, *b3;
static uint8_t *labels;
static int batch, threads, times;

static void dense(const float *x, int n, int in, int out, const float *w, const float *b, float *y) {
  for (int i = 0; i < n; i++) memcpy(y + (size_t)i * out, b, out * sizeof *b);
  if (n == 1)
    cblas_sgemv(CblasRowMajor, CblasTrans, in, out, 1, w, out, x, 1, 1, y, 1);
  else
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, out, in, 1, x, in, w, out, 1, y, out);
}

static void sigmoid(float *x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = 1 / (1 + expf(-x[i]));
}

/* predict n rows that begin at row first of the batch's buffers, and returns how many are right. */
static int predict(const float *x, const uint8_t *labels, int first, int n) {
  float *a = h1 + (size_t)first * H1, *b = h2 + (size_t)first * H2, *p = y + (size_t)first * OUT;
  int right = 0;
  dense(x, n, IN, H1, w1, b1, a);
  sigmoid(a, (size_t)n * H1);
  dense(a, n, H1, H2, w2, b2, b);
  sigmoid(b, (size_t)n * H2);
  dense(b, n, H2, OUT, w3, b3, p);
  for (int i = 0; i < n; i++) {
    float *row = p + i * OUT, sum = 0;
    int best = 0;
    for (int j = 1; j < OUT; j++)
      if (row[j] > row[best]) best = j;
    float largest = row[best];
    for (int j = 0; j < OUT; j++) sum += row[j] = expf(row[j] - largest);
    for (int j = 0; j < OUT; j++) row[j] /= sum;
    right += best == labels[i];
  }
  return right;
}

static double work(char *check, size_t size) {
  int right = 0;
  double begun = seconds();
  for (int k = 0; k < times; k++) {
    right = 0;
    for (int at = 0; at < IMAGES; at += batch) {
      if (threads == 1 || batch == 1) {
        right += predict(x + (size_t)at * IN, labels + at, 0, batch);
        continue;
      }
#pragma omp parallel for reduction(+ : right) schedule(static)
      for (int part = 0; part < threads; part++) {
        int lo = batch * part / threads, hi = batch * (part + 1) / threads;
        right += predict(x + (size_t)(at + lo) * IN, labels + at + lo, lo, hi - lo);
      }
    }
  }
  double taken = seconds() - begun;
  snprintf(check, size, "%d correct", right);
  return (double)times * IMAGES / taken;
}

int main(int argc, char **argv) {
  const char *data = setting(argc, argv, "data", ".");
  batch = setting_int(argc, argv, "batch", 100);
  threads = setting_int(argc, argv, "threads", 1);
  times = setting_int(argc, argv, "n", 1);
  omp_set_num_threads(threads);

  uint8_t *images = idx(data, "test-images", 3, (size_t)IMAGES * IN);
  labels = idx(data, "test-labels", 1, IMAGES);
  x = floats((size_t)IMAGES * IN);
  for (size_t i = 0; i < (size_t)IMAGES * IN; i++) x[i] = images[i] / 255.0f;
  uint32_t *weights = (uint32_t *)idx(data, "book-weights", 1, WEIGHTS * 4);
  for (int i = 0; i < WEIGHTS; i++) weights[i] = __builtin_bswap32(weights[i]); /* IDX is big-endian */
  w1 = (float *)weights;
  b1 = w1 + IN * H1;
  w2 = b1 + H1;
  b2 = w2 + H1 * H2;
  w3 = b2 + H2;
  b3 = w3 + H2 * OUT;
  h1 = floats((size_t)batch * H1);
  h2 = floats((size_t)batch * H2);
  y = floats((size_t)batch * OUT);
  serve(VERSION, work);
}
