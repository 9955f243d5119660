/* 784-80-10 as the study note trains it, on a BLAS: the batch is split by rows among OpenMP threads, each of which
 * calls sgemm on one thread. That is faster than the threads of the BLAS, for these products are small.
 *
 * threads=2 n=250 */
#include <cblas.h>
#include <math.h>
#include <omp.h>

#include "side.h"

enum { ROWS = 30000, IN = 784, HIDDEN = 80, OUT = 10, BATCH = 512, MAX_THREADS = 64 };
static const float RATE = 0.01f;

static uint64_t state = 88172645463325252u;
static uint64_t draw(void) { /* xorshift64 */
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}
static float uniform(void) { return ((draw() >> 40) + 0.5f) / (1 << 24); }
static float normal(void) { return sqrtf(-2 * logf(uniform())) * cosf(6.2831853f * uniform()); }

static float *x, *t, w1[IN * HIDDEN], b1[HIDDEN], w2[HIDDEN * OUT], b2[OUT];
static int threads, iterations, rows[BATCH];

/* What one thread works on. */
static struct part {
  float *x, *t, *hidden, *y, *dz, *gw1, *gb1, *gw2, *gb2, loss;
} parts[MAX_THREADS];

static void forward(struct part *p, int n) {
  for (int i = 0; i < n; i++) memcpy(p->hidden + i * HIDDEN, b1, sizeof b1);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, HIDDEN, IN, 1, p->x, IN, w1, HIDDEN, 1, p->hidden, HIDDEN);
  for (int i = 0; i < n * HIDDEN; i++) p->hidden[i] = 1 / (1 + expf(-p->hidden[i]));
  for (int i = 0; i < n; i++) memcpy(p->y + i * OUT, b2, sizeof b2);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, OUT, HIDDEN, 1, p->hidden, HIDDEN, w2, OUT, 1, p->y, OUT);
  for (int i = 0; i < n; i++) {
    float *y = p->y + i * OUT, largest = y[0], sum = 0;
    for (int j = 1; j < OUT; j++) largest = fmaxf(largest, y[j]);
    for (int j = 0; j < OUT; j++) sum += y[j] = expf(y[j] - largest);
    for (int j = 0; j < OUT; j++) y[j] /= sum;
  }
}

static void backward(struct part *p, int n) {
  for (int i = 0; i < n * OUT; i++) p->y[i] = (p->y[i] - p->t[i]) * (1.0f / BATCH);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, HIDDEN, OUT, 1, p->y, OUT, w2, OUT, 0, p->dz, HIDDEN);
  for (int i = 0; i < n * HIDDEN; i++) p->dz[i] *= p->hidden[i] * (1 - p->hidden[i]);
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, HIDDEN, OUT, n, 1, p->hidden, HIDDEN, p->y, OUT, 0, p->gw2, OUT);
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, IN, HIDDEN, n, 1, p->x, IN, p->dz, HIDDEN, 0, p->gw1, HIDDEN);
  memset(p->gb1, 0, sizeof b1);
  memset(p->gb2, 0, sizeof b2);
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < HIDDEN; j++) p->gb1[j] += p->dz[i * HIDDEN + j];
    for (int j = 0; j < OUT; j++) p->gb2[j] += p->y[i * OUT + j];
  }
}

static double work(char *check, size_t size) {
  double begun = seconds();
#pragma omp parallel
  {
    int k = omp_get_thread_num(), n = BATCH / threads;
    struct part *p = &parts[k];
    for (int step = 0; step < iterations; step++) {
#pragma omp single
      for (int i = 0; i < BATCH; i++) rows[i] = (int)(((draw() >> 32) * ROWS) >> 32);
      for (int i = 0; i < n; i++) {
        memcpy(p->x + i * IN, x + (size_t)rows[k * n + i] * IN, IN * sizeof(float));
        memcpy(p->t + i * OUT, t + (size_t)rows[k * n + i] * OUT, OUT * sizeof(float));
      }
      forward(p, n);
      backward(p, n);
#pragma omp barrier
#pragma omp for
      for (int i = 0; i < IN * HIDDEN; i++)
        for (int j = 0; j < threads; j++) w1[i] -= RATE * parts[j].gw1[i];
#pragma omp single
      for (int j = 0; j < threads; j++) {
        for (int i = 0; i < HIDDEN * OUT; i++) w2[i] -= RATE * parts[j].gw2[i];
        for (int i = 0; i < HIDDEN; i++) b1[i] -= RATE * parts[j].gb1[i];
        for (int i = 0; i < OUT; i++) b2[i] -= RATE * parts[j].gb2[i];
      }
      forward(p, n);
      p->loss = 0;
      for (int i = 0; i < n * OUT; i++) p->loss -= p->t[i] * logf(p->y[i]);
    }
  }
  double taken = seconds() - begun, loss = 0;
  for (int j = 0; j < threads; j++) loss += parts[j].loss;
  snprintf(check, size, "loss %.2f", loss / BATCH);
  return taken * 1000 / iterations;
}

int main(int argc, char **argv) {
  threads = setting_int(argc, argv, "threads", 1);
  iterations = setting_int(argc, argv, "n", 1000);
  if (threads < 1 || threads > MAX_THREADS || BATCH % threads) {
    fprintf(stderr, "threads: want a divisor of %d\n", BATCH);
    return 1;
  }
  omp_set_num_threads(threads);
  x = floats((size_t)ROWS * IN);
  t = floats((size_t)ROWS * OUT);
  for (size_t i = 0; i < (size_t)ROWS * IN; i++) x[i] = normal();
  for (int i = 0; i < ROWS; i++) t[i * OUT + (draw() >> 32) % OUT] = 1;
  for (int i = 0; i < IN * HIDDEN; i++) w1[i] = 0.01f * normal();
  for (int i = 0; i < HIDDEN * OUT; i++) w2[i] = 0.01f * normal();
  int n = BATCH / threads;
  for (int k = 0; k < threads; k++)
    parts[k] = (struct part){floats(n * IN), floats(n * OUT), floats(n * HIDDEN), floats(n * OUT), floats(n * HIDDEN),
                             floats(IN * HIDDEN), floats(HIDDEN), floats(HIDDEN * OUT), floats(OUT), 0};
  serve(VERSION, work);
}
