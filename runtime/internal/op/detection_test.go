package op

import (
	"maps"
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var detectionFields = map[string]any{
	"max_detections": 2, "max_classes_per_detection": 1, "nms_score_threshold": .3, "nms_iou_threshold": .5,
	"num_classes": 2, "y_scale": 10., "x_scale": 10, "h_scale": 5., "w_scale": 5.,
}

// detector returns two boxes far apart with scores 0.25 and 0.75 of class 1, as int8 or uint8 with zero point low+128.
func detector(d tensor.DType) *Node {
	quantized := func(shape []int, zero int64, real ...int) *tensor.Tensor {
		t := of(d, shape...)
		t.Quant = tensor.Quant{Scale: []float32{.25}, ZeroPoint: []int64{zero}}
		for _, r := range real {
			t.Data = append(t.Data, byte(int64(r)+zero))
		}
		return t
	}
	zero := int64(128)
	if d == tensor.Int8 {
		zero = 0
	}
	return &Node{
		Op: &tflite.Op{Code: tflite.OpCustom, Custom: "TFLite_Detection_PostProcess", CustomOptions: flex(detectionFields)},
		In: []*tensor.Tensor{
			quantized([]int{1, 2, 4}, zero, 0, 0, 0, 0, 20, 0, 0, 0),
			quantized([]int{1, 2, 3}, zero, 4, 0, 1, 4, 0, 3),
			quantized([]int{2, 4}, zero, 2, 2, 4, 4, 2, 40, 4, 4),
		},
		Out: []*tensor.Tensor{of(tensor.Float32), of(tensor.Float32), of(tensor.Float32), of(tensor.Float32)},
	}
}

func TestDetection(t *testing.T) {
	for _, d := range []tensor.DType{tensor.Uint8, tensor.Int8} {
		t.Run(d.String(), func(t *testing.T) {
			n := detector(d)
			scores := n.In[1].Data
			n.In[1].Data = nil // known only when the Step runs
			step, err := Prepare(n)
			if err != nil {
				t.Fatal(err)
			}
			n.In[1].Data = scores
			for _, out := range n.Out {
				filled[float32](out)
			}
			if err := step(); err != nil {
				t.Fatal(err)
			}
			// The second box: y = 20·¼/10 + ½, x = 40·¼, a unit square around it.
			want := [][]float32{{.5, 9.5, 1.5, 10.5, 0, 0, 0, 0}, {1, 0}, {.75, 0}, {1}}
			for i, out := range n.Out {
				if got := tensor.As[float32](out.Data); !slices.Equal(got, want[i]) {
					t.Errorf("output %d: got %v, want %v", i, got, want[i])
				}
			}
		})
	}
}

func TestDetectionErrors(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Node)
		want   string
		lacks  bool
	}{
		{"two inputs", func(n *Node) { n.In = n.In[:2] }, "2 inputs, want 3", false},
		{"three outputs", func(n *Node) { n.Out = n.Out[:3] }, "3 outputs, want 4", false},
		{"quantized outputs", func(n *Node) { n.Out[2].DType = tensor.Uint8 }, "output 2 is uint8", true},
		{"int16 scores", func(n *Node) { n.In[1].DType = tensor.Int16 }, "is int16", true},
		{"no scale", func(n *Node) { n.In[0].Quant = tensor.Quant{} }, "0 scales", false},
		{"no options", func(n *Node) { n.Op.CustomOptions = nil }, `"max_detections" is missing`, false},
		{"a null score threshold", func(n *Node) { n.Op.CustomOptions = flex(with(detectionFields, "nms_score_threshold", nil)) }, `"nms_score_threshold" is missing`, false},
		{"a million results", func(n *Node) { n.Op.CustomOptions = flex(with(detectionFields, "max_detections", 1<<30)) }, "max_detections 1073741824", false},
		{"other classes", func(n *Node) { n.Op.CustomOptions = flex(with(detectionFields, "num_classes", 90)) }, "num_classes 90", false},
		{"none of a class", func(n *Node) {
			m := maps.Clone(detectionFields)
			m["use_regular_nms"], m["detections_per_class"] = true, 0
			n.Op.CustomOptions = flex(m)
		}, "detections_per_class is 0", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			n := detector(tensor.Uint8)
			c.change(n)
			customCase{c.name, n.Op.Custom, n.Op.CustomOptions, n.In, n.Out, c.want, c.lacks}.run(t)
		})
	}
}
