// A stand-in for an accelerator's external delegate: it adds float32 tensors of one shape, on this CPU, and does on demand
// what real delegates have been seen to do. The tests build it with gcc against TensorFlow Lite's headers.
//
// Options: behave = ok | refuse | null | none | some | crash-prepare | hang-prepare | crash-invoke | hang | leak | wrong | exit |
// fail, after = the Invoke from which on it misbehaves (0 is the first), flag = a file without which it is well, trace = a file
// that grows by a byte with each delegate made.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tensorflow/lite/c/common.h"

enum { kAdd = 0 };  // BuiltinOperator_ADD

struct device {
  TfLiteDelegate delegate;
  char behave[32], flag[512];
  int after, invokes;
};

static int misbehaves(const struct device* d, const char* how) {
  return strcmp(d->behave, how) == 0 && (d->flag[0] == 0 || access(d->flag, F_OK) == 0);
}

static TfLiteIntArray* new_array(int size) {
  TfLiteIntArray* a = malloc(sizeof(TfLiteIntArray) + size * sizeof(int));
  a->size = size;
  return a;
}

// kernel is the delegate's node: the device and the additions that it stands for, as triples of tensors.
struct kernel {
  struct device* device;
  int n;
  int (*adds)[3];
  float** scratch;  // by addition: results that no other node sees have no memory in the context
};

static void* kernel_init(TfLiteContext* context, const char* buffer, size_t length) {
  const TfLiteDelegateParams* params = (const TfLiteDelegateParams*)buffer;
  struct kernel* k = malloc(sizeof *k);
  k->device = params->delegate->data_;
  k->n = params->nodes_to_replace->size;
  k->adds = malloc(k->n * sizeof *k->adds);
  k->scratch = calloc(k->n, sizeof *k->scratch);
  for (int i = 0; i < k->n; i++) {
    TfLiteNode* node;
    TfLiteRegistration* registration;
    context->GetNodeAndRegistration(context, params->nodes_to_replace->data[i], &node, &registration);
    k->adds[i][0] = node->inputs->data[0];
    k->adds[i][1] = node->inputs->data[1];
    k->adds[i][2] = node->outputs->data[0];
  }
  return k;
}

static void kernel_free(TfLiteContext* context, void* buffer) {
  struct kernel* k = buffer;
  for (int i = 0; i < k->n; i++) free(k->scratch[i]);
  free(k->scratch);
  free(k->adds);
  free(k);
}

static TfLiteStatus kernel_prepare(TfLiteContext* context, TfLiteNode* node) {
  struct device* d = ((struct kernel*)node->user_data)->device;
  if (misbehaves(d, "crash-prepare")) {
    fprintf(stderr, "plugin: crashing in prepare\n");
    abort();
  }
  while (misbehaves(d, "hang-prepare")) usleep(10000);
  return kTfLiteOk;
}

static float* memory(TfLiteContext* context, const struct kernel* k, int tensor) {
  TfLiteTensor* t = &context->tensors[tensor];
  if (t->data.f) return t->data.f;
  for (int i = 0; i < k->n; i++) {
    if (k->adds[i][2] != tensor) continue;
    if (!k->scratch[i]) k->scratch[i] = malloc(t->bytes);
    return k->scratch[i];
  }
  return NULL;
}

static void add(TfLiteContext* context, const struct kernel* k, const int triple[3], float extra) {
  const float *a = memory(context, k, triple[0]), *b = memory(context, k, triple[1]);
  float* out = memory(context, k, triple[2]);
  for (size_t i = 0; i < context->tensors[triple[2]].bytes / sizeof(float); i++) out[i] = a[i] + b[i] + extra;
}

static TfLiteStatus kernel_invoke(TfLiteContext* context, TfLiteNode* node) {
  const struct kernel* k = node->user_data;
  struct device* d = k->device;
  float extra = 0;
  if (d->invokes++ >= d->after) {
    if (misbehaves(d, "crash-invoke")) {
      fprintf(stderr, "plugin: crashing in invoke\n");
      *(volatile int*)8 = 1;
    }
    if (misbehaves(d, "exit")) exit(7);
    if (misbehaves(d, "hang"))
      for (;;) sleep(1);
    if (misbehaves(d, "leak")) {
      char* lost = malloc(32 << 20);
      memset(lost, d->invokes, 32 << 20);
    }
    if (misbehaves(d, "wrong")) extra = 1000000;
    if (misbehaves(d, "fail")) {
      context->ReportError(context, "plugin: the device is unplugged");
      return kTfLiteError;
    }
  }
  for (int i = 0; i < k->n; i++) add(context, k, k->adds[i], extra);
  return kTfLiteOk;
}

static TfLiteStatus prepare(TfLiteContext* context, TfLiteDelegate* delegate) {
  struct device* d = delegate->data_;
  TfLiteIntArray* plan;
  if (context->GetExecutionPlan(context, &plan) != kTfLiteOk) return kTfLiteError;
  TfLiteIntArray* take = new_array(plan->size);
  take->size = 0;
  for (int i = 0; i < plan->size; i++) {
    TfLiteNode* node;
    TfLiteRegistration* registration;
    if (context->GetNodeAndRegistration(context, plan->data[i], &node, &registration) != kTfLiteOk) return kTfLiteError;
    if (registration->builtin_code != kAdd || misbehaves(d, "none")) continue;
    if (misbehaves(d, "some") && take->size > 0) continue;
    take->data[take->size++] = plan->data[i];
  }
  TfLiteRegistration kernel = {0};
  kernel.init = kernel_init;
  kernel.free = kernel_free;
  kernel.prepare = kernel_prepare;
  kernel.invoke = kernel_invoke;
  kernel.custom_name = "StandIn";
  kernel.version = 1;
  TfLiteStatus status = kTfLiteOk;
  if (take->size > 0) status = context->ReplaceNodeSubsetsWithDelegateKernels(context, kernel, take, delegate);
  free(take);
  return status;
}

static void trace(const char* path) {
  FILE* f = fopen(path, "a");
  if (!f) return;
  fputc('.', f);
  fclose(f);
}

__attribute__((visibility("default"))) TfLiteDelegate* tflite_plugin_create_delegate(
    char** keys, char** values, size_t n, void (*report_error)(const char*)) {
  struct device* d = calloc(1, sizeof *d);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(keys[i], "behave") == 0) snprintf(d->behave, sizeof d->behave, "%s", values[i]);
    if (strcmp(keys[i], "flag") == 0) snprintf(d->flag, sizeof d->flag, "%s", values[i]);
    if (strcmp(keys[i], "after") == 0) d->after = atoi(values[i]);
    if (strcmp(keys[i], "trace") == 0) trace(values[i]);
  }
  if (misbehaves(d, "refuse")) {
    report_error("no device found on the bus");
    free(d);
    return NULL;
  }
  if (misbehaves(d, "null")) {
    free(d);
    return NULL;
  }
  d->delegate.data_ = d;
  d->delegate.Prepare = prepare;
  d->delegate.flags = kTfLiteDelegateFlagsNone;
  return &d->delegate;
}

__attribute__((visibility("default"))) void tflite_plugin_destroy_delegate(TfLiteDelegate* delegate) {
  if (delegate) free(delegate->data_);
}

#ifdef EDGETPU
// edgetpu_version is what libedgetpu exports beside.
__attribute__((visibility("default"))) const char* edgetpu_version(void) {
  return "BuildLabel(COMPILER=6.3.0 20170516,DATE=redacted,TIME=redacted), RuntimeVersion(14)";
}
#endif
