package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareDetection: TFLite_Detection_PostProcess. Its inputs are box encodings, class predictions and anchors, each
// float32, uint8 or int8; its outputs, which files often leave without a shape, are boxes, classes, scores and count.
func prepareDetection(n *Node) (Step, error) {
	if err := n.operands(3, 3, 4); err != nil {
		return nil, err
	}
	for i, out := range n.Out {
		if out.DType != tensor.Float32 {
			return nil, unsupported("output %d is %s, not float32", i, out.DType)
		}
	}
	opts, err := detectionOptions(n)
	if err != nil {
		return nil, err
	}
	if err := n.takeDetection(opts); err != nil {
		return nil, err
	}
	k, err := kernel.NewDetection(opts, n.In[0].Shape, n.In[1].Shape, n.In[2].Shape)
	if err != nil {
		return nil, malformed("%v", err)
	}
	k.Pool = n.Pool
	var table [3]*kernel.DetectionTable // of quantized inputs
	for i, in := range n.In[:3] {
		if table[i], err = detectionTable(in); err != nil {
			return nil, err
		}
	}
	if constant(n.In[2]) {
		anchors := detectionOperand(n.In[2], table[2])
		k.Upright = anchors.Upright()
	}
	results := k.Results()
	n.Out[0].Shape = tensor.Shape{1, results, 4}
	n.Out[1].Shape = tensor.Shape{1, results}
	n.Out[2].Shape = tensor.Shape{1, results}
	n.Out[3].Shape = tensor.Shape{1}
	boxes, classes, scores, count := n.Out[0], n.Out[1], n.Out[2], n.Out[3]
	return func() error {
		return k.Run(
			kernel.DetectionInput{
				Boxes:   detectionOperand(n.In[0], table[0]),
				Scores:  detectionOperand(n.In[1], table[1]),
				Anchors: detectionOperand(n.In[2], table[2]),
			},
			kernel.DetectionOutput{
				Boxes:   tensor.As[float32](boxes.Data),
				Classes: tensor.As[float32](classes.Data),
				Scores:  tensor.As[float32](scores.Data),
				Count:   tensor.As[float32](count.Data),
			})
	}, nil
}

// takeDetection counts what the kernel keeps: boxes, scores and candidates, and the results of regular suppression.
func (n *Node) takeDetection(o kernel.DetectionOptions) error {
	bytes := 24 * int64(min(max(o.MaxDetections, 0), 1<<20))
	for _, in := range n.In[:2] {
		bytes += 8 * elems64(in.Shape)
	}
	return n.take(bytes)
}

func detectionOptions(n *Node) (kernel.DetectionOptions, error) {
	o := readCustom(n)
	opts := kernel.DetectionOptions{
		MaxDetections:          o.int("max_detections"),
		MaxClassesPerDetection: o.int("max_classes_per_detection"),
		DetectionsPerClass:     100, // the operator's own default
		ScoreThreshold:         o.float("nms_score_threshold"),
		IoUThreshold:           o.float("nms_iou_threshold"),
		Classes:                o.int("num_classes"),
		Scale:                  [4]float32{o.float("y_scale"), o.float("x_scale"), o.float("h_scale"), o.float("w_scale")},
	}
	if o.has("detections_per_class") {
		opts.DetectionsPerClass = o.int("detections_per_class")
	}
	if o.has("use_regular_nms") {
		opts.RegularNMS = o.bool("use_regular_nms")
	}
	return opts, o.err
}

// detectionTable returns the table of an input's real numbers, nil if it is float32.
func detectionTable(t *tensor.Tensor) (*kernel.DetectionTable, error) {
	if t.DType == tensor.Float32 {
		return nil, nil
	}
	if t.DType != tensor.Uint8 && t.DType != tensor.Int8 {
		return nil, unsupported("input %q is %s", t.Name, t.DType)
	}
	scale, zero, err := perTensor("input", t)
	if err != nil {
		return nil, err
	}
	table, err := kernel.NewDetectionTable(scale, int64(zero), t.DType == tensor.Int8)
	if err != nil {
		return nil, malformed("input %q: %v", t.Name, err)
	}
	return table, nil
}

func detectionOperand(t *tensor.Tensor, table *kernel.DetectionTable) kernel.DetectionOperand {
	if table == nil {
		return kernel.DetectionOperand{Reals: tensor.As[float32](t.Data)}
	}
	return kernel.DetectionOperand{Bytes: t.Data, Table: table}
}
