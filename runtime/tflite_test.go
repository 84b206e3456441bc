package runtime_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/runtime"
	"edged/runtime/internal/corpus"
)

// TestMain makes a worker of the test's own binary.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "worker" {
		if err := runtime.ServeWorker(os.Exit); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// tfliteOptions say where TensorFlow Lite is, which scripts/get-tflite installs; without it the test is skipped.
func tfliteOptions(t testing.TB) runtime.TFLite {
	library := os.Getenv("EDGED_TFLITE")
	if !slices.Contains(runtime.Engines(), "tflite") || library == "" {
		t.Skip("no TensorFlow Lite: run scripts/get-tflite and set EDGED_TFLITE")
	}
	workers := &runtime.Workers{}
	t.Cleanup(func() {
		if err := workers.Close(); err != nil {
			t.Error(err)
		}
	})
	return runtime.TFLite{Library: library, Workers: workers, Worker: emulated(), Timeout: 5 * time.Minute}
}

// emulated starts a worker where this test runs under an emulator, which EDGED_EMULATOR names: the kernel cannot start the
// test's binary by itself there.
func emulated() []string {
	emulator := strings.Fields(os.Getenv("EDGED_EMULATOR"))
	if len(emulator) == 0 {
		return nil
	}
	return append(emulator, os.Args[0], "worker")
}

// limits29 are the cases that TensorFlow Lite 2.9.0 does not run as 2.14.1, which made the goldens, does: what it says, or
// how far it is off.
var limits29 = map[string]string{
	"person_detect":             "quantized_dimension must be in range [0, 1). Was 3",
	"audio_preprocessor_int8":   "Encountered unresolved custom op: SignalWindow",
	"litert_simple_atan2_op":    "Op builtin_code out of range: 156",
	"litert_simple_relu0to1_op": "Op builtin_code out of range: 152",

	"tf2_mobilenet_v2_1.0_224_ptq/rand1": "1 of 1001 bytes differ",
	"st_yamnet_256_esc10/rand1":          "0.004 of the range",
}

// rounded are the models of which TensorFlow Lite gives other integers on ARM than on x86-64, where the goldens were made:
// ruy's NEON kernels round otherwise. Labels may change places with their scores, so that these are only run there.
var rounded = []string{
	"automl_labeler", "deeplabv3_mnv2_dm05_pascal_quant", "litert_simple_quantized_ops", "mobilenet_v1_0.25_128_quant",
	"mobilenet_v1_0.75_192_quant", "mobilenet_v1_1.0_224_embedding_extractor", "mobilenet_v2_1.0_224_quant",
	"mobilenet_v2_inat_bird_quant", "openmv_face_landmarks_192", "openmv_fomo_face", "openmv_yolo_lc_192",
	"posenet_075_353_481_quant", "resnet8_int8", "seanet_add13", "ssd_mobilenet_v1_coco_quant", "st_yamnet_256_esc10",
	"tf2_mobilenet_v2_1.0_224_ptq", "traffic_model_lstm_ssd", "vww_96_int8", "yamnet_classifier",
}

// TestConformanceOfTFLite runs the corpus on TensorFlow Lite itself, without a delegate: what comes back must be what it
// gave when the goldens were made.
func TestConformanceOfTFLite(t *testing.T) {
	o := runtime.Options{Engine: "tflite", TFLite: tfliteOptions(t)}
	dir := corpus.Dir(t)
	for _, m := range corpus.Read(t, dir).Models {
		for _, c := range m.Cases {
			t.Run(m.Name+"/"+c.Name, func(t *testing.T) {
				limit := limits29[m.Name] + limits29[m.Name+"/"+c.Name]
				err := onTFLite(t, dir, o, m, c)
				switch {
				case strings.HasPrefix(goruntime.GOARCH, "arm") && slices.Contains(rounded, m.Name):
					t.Logf("%v", err)
				case limit == "" && err != nil:
					t.Error(err)
				case limit != "" && (err == nil || !strings.Contains(err.Error(), limit)):
					t.Errorf("got %v, want an error with %q", err, limit)
				}
			})
		}
	}
}

func onTFLite(t *testing.T, dir string, o runtime.Options, m corpus.Model, c corpus.Case) (err error) {
	o.Shapes = shapes(c)
	s, err := runtime.Open(filepath.Join(dir, m.File), o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	outputs := steps(t, dir, c, s)
	for i, out := range c.Outputs {
		if e := corpus.Compare(outputs[i], corpus.File(t, dir, out.File), out.DType, out.Tolerance(m.Kind)); e != nil {
			err = errors.Join(err, fmt.Errorf("output %d: %w", i, e))
		}
	}
	return err
}
