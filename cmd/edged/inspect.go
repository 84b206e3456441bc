package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// inspection is the JSON of edged inspect; its field names are stable.
type inspection struct {
	Model       string              `json:"model"`
	SHA256      string              `json:"sha256"`
	Description string              `json:"description,omitempty"`
	Inputs      []tensorJSON        `json:"inputs"`
	Outputs     []tensorJSON        `json:"outputs"`
	Signatures  []signatureJSON     `json:"signatures"`
	Ops         []opJSON            `json:"ops"`
	Parameters  int64               `json:"parameters"`
	MACs        int64               `json:"macs"`
	ArenaBytes  int                 `json:"arena_bytes"`
	Unsupported map[string][]string `json:"unsupported"`

	Delegates map[string]delegation `json:"delegates,omitempty"` // by name, of those asked for
	EdgeTPU   *edgeTPU              `json:"edgetpu,omitempty"`
}

type tensorJSON struct {
	Name      string       `json:"name"`
	Index     int          `json:"index"`
	DType     string       `json:"dtype"`
	Shape     tensor.Shape `json:"shape"`
	Scale     []float32    `json:"scale"`
	ZeroPoint []int64      `json:"zero_point"`
}

type signatureJSON struct {
	Key     string     `json:"key"`
	Inputs  []portJSON `json:"inputs"`
	Outputs []portJSON `json:"outputs"`
}

type portJSON struct {
	Name   string `json:"name"`
	Tensor int    `json:"tensor"`
}

// opJSON is an operator; an operand that is left out is null.
type opJSON struct {
	Index   int           `json:"index"`
	Op      string        `json:"op"`
	Custom  bool          `json:"custom"`
	Inputs  []*tensorJSON `json:"inputs"`
	Outputs []*tensorJSON `json:"outputs"`
	MACs    int64         `json:"macs"`
}

func newInspect(a *app) *cobra.Command {
	var asJSON, plan, ops, tpu bool
	var e engineFlags
	cmd := &cobra.Command{
		Use:   "inspect {MODEL | --ops}",
		Short: "Print what a model takes, gives and is made of",
		Long: `Print a model's inputs, outputs, signatures, operators with shapes and multiply-accumulates (MACs),
parameters, arena, and what the builtin engine cannot run of it. MACs and arena are 0 for a model it cannot run.

With --json:
{"model","sha256","description","inputs":[…],"outputs":[…],"signatures":[{"key","inputs":[{"name","tensor"}],"outputs":[…]}],
 "ops":[{"index","op","custom","inputs","outputs","macs"}],"parameters","macs","arena_bytes",
 "unsupported":{"builtin":[…]},"delegates":{NAME:{"taken":[…],"partitions","note"}}}
with tensors as {"name","index","dtype","shape","scale":[…],"zero_point":[…]}.

--delegate says which operators that delegate of TensorFlow Lite takes.

--edgetpu says which operators the Edge TPU compiler would map, by its published table, and the first one that stops it.
With --json: "edgetpu":{"mapped","ops","lacks":[{"index","op","name","why"}]}.

--plan draws the memory of what is computed: from top to bottom the arena, from left to right the operators, and then
each tensor with the operators from which to which it keeps its value. A result may lie in place of an operand. No plan
can be smaller than the lower bound. It says which operators need not run: "folded" into another, which does both, computed
"once" from constants, or "free", for their result is their operand's bytes where they are. With --json:
{"model","bytes","plans":[{"graph","first_op","end_op","arena_bytes","lower_bound","peak_op",
 "tensors":[{"tensor","name","offset","bytes","first_op","last_op","onto"}],"calls":[{"op","offset","bytes","plans"}],
 "saved":[{"op","how","into"}]}]}

--ops prints, without a model, which operators the builtin engine runs on which types. It finds out by running a small
model of each. With --json: {"engine","operators":[{"op","custom","kinds":["int8","int8 per channel",…],"lacks":[…]}]}
`,
		Args: func(cmd *cobra.Command, args []string) error {
			if ops {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		ValidArgsFunction: completeModels,
		RunE: func(_ *cobra.Command, args []string) error {
			if ops {
				return inspectOps(a, asJSON)
			}
			file, err := tflite.Open(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			if plan {
				return inspectPlan(a, args[0], file.Model, asJSON)
			}
			in, err := inspect(args[0], file)
			if err != nil {
				return err
			}
			if e.delegate != "" {
				if err := in.delegate(a, &e, file); err != nil {
					return err
				}
			}
			if tpu {
				in.EdgeTPU = newEdgeTPU(file.Model)
			}
			if asJSON {
				return writeJSON(a.out, in)
			}
			return in.print(a.out)
		},
	}
	e.add(cmd)
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&tpu, "edgetpu", false, "say what the Edge TPU compiler would map")
	cmd.Flags().BoolVar(&plan, "plan", false, "draw the memory plan instead")
	cmd.Flags().BoolVar(&ops, "ops", false, "print which operators the engine runs, on what types")
	cmd.MarkFlagsMutuallyExclusive("plan", "ops")
	return cmd
}

// inspect gathers what is known of the model at path.
func inspect(path string, file *tflite.File) (*inspection, error) {
	m := file.Model
	g := &m.Graphs[0]
	in := &inspection{
		Model: path, SHA256: file.SHA256(), Description: m.Description,
		Inputs: tensorsOf(g, g.Inputs), Outputs: tensorsOf(g, g.Outputs),
		Signatures: []signatureJSON{}, Ops: []opJSON{}, Parameters: parameters(m),
		Unsupported: map[string][]string{"builtin": append([]string{}, runtime.Unsupported(m)...)},
	}
	for _, s := range m.Signatures {
		in.Signatures = append(in.Signatures, signatureJSON{s.Key, portsOf(s.Inputs), portsOf(s.Outputs)})
	}
	for i := range g.Ops {
		op := &g.Ops[i]
		in.Ops = append(in.Ops, opJSON{
			Index: i, Op: op.Name(), Custom: op.Code == tflite.OpCustom,
			Inputs: operands(g, op.Inputs), Outputs: operands(g, op.Outputs),
		})
	}
	if len(in.Unsupported["builtin"]) == 0 {
		if err := in.measure(m); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return in, nil
}

// measure opens the model to learn what it costs.
func (in *inspection) measure(m *tflite.Model) error {
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	stats := runtime.StatsOf(s)
	in.ArenaBytes = stats.ArenaBytes
	for i := range stats.Ops {
		in.MACs += stats.Ops[i].MACs
		if at := stats.Ops[i].Index; at < len(in.Ops) {
			in.Ops[at].MACs = stats.Ops[i].MACs
		}
	}
	return nil
}

// parameters counts the elements of all weights: constants that are quantized or floats. Shapes, axes and indices, being
// plain integers, are none.
func parameters(m *tflite.Model) int64 {
	var n int64
	for i := range m.Graphs {
		for _, t := range m.Graphs[i].Tensors {
			float := t.DType == tensor.Float32 || t.DType == tensor.Float16 || t.DType == tensor.Float64
			if t.Data != nil && (float || t.Quant.Quantized()) {
				n += int64(t.Shape.Elems())
			}
		}
	}
	return n
}

func tensorsOf(g *tflite.Graph, indices []int) []tensorJSON {
	out := make([]tensorJSON, len(indices))
	for i, at := range indices {
		out[i] = tensorOf(&g.Tensors[at].Info)
	}
	return out
}

func tensorOf(t *tensor.Info) tensorJSON {
	return tensorJSON{
		Name: t.Name, Index: t.Index, DType: t.DType.String(), Shape: append(tensor.Shape{}, t.Shape...),
		Scale: append([]float32{}, t.Quant.Scale...), ZeroPoint: append([]int64{}, t.Quant.ZeroPoint...),
	}
}

func operands(g *tflite.Graph, indices []int) []*tensorJSON {
	out := make([]*tensorJSON, len(indices))
	for i, at := range indices {
		if at >= 0 {
			t := tensorOf(&g.Tensors[at].Info)
			out[i] = &t
		}
	}
	return out
}

func portsOf(ports []tflite.Port) []portJSON {
	out := make([]portJSON, len(ports))
	for i, p := range ports {
		out[i] = portJSON(p)
	}
	return out
}

// print writes the inspection for people.
func (in *inspection) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "model       %s\nsha256      %s\n", in.Model, in.SHA256)
	if in.Description != "" {
		fmt.Fprintf(&b, "description %s\n", in.Description)
	}
	for i := range in.Inputs {
		fmt.Fprintf(&b, "input %-5d %s\n", i, &in.Inputs[i])
	}
	for i := range in.Outputs {
		fmt.Fprintf(&b, "output %-4d %s\n", i, &in.Outputs[i])
	}
	for _, s := range in.Signatures {
		fmt.Fprintf(&b, "signature   %s: %s -> %s\n", s.Key, names(s.Inputs), names(s.Outputs))
	}
	fmt.Fprintf(&b, "parameters  %d\nmacs        %d\narena       %d bytes\n\n", in.Parameters, in.MACs, in.ArenaBytes)
	for i := range in.Ops {
		op := &in.Ops[i]
		fmt.Fprintf(&b, "%4d %-28s %s -> %s", op.Index, op.Op, shapes(op.Inputs), shapes(op.Outputs))
		if op.MACs > 0 {
			fmt.Fprintf(&b, "  %d MACs", op.MACs)
		}
		b.WriteByte('\n')
	}
	for _, what := range in.Unsupported["builtin"] {
		fmt.Fprintf(&b, "\nthe builtin engine lacks: %s", what)
	}
	if len(in.Unsupported["builtin"]) > 0 {
		b.WriteByte('\n')
	}
	in.printDelegates(&b)
	if in.EdgeTPU != nil {
		in.EdgeTPU.print(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String writes a tensor as "image" uint8 1x224x224x3, scale 0.0078125, zero point 128.
func (t *tensorJSON) String() string {
	s := fmt.Sprintf("%q %s %s", t.Name, t.DType, t.Shape)
	switch {
	case len(t.Scale) == 1 && len(t.ZeroPoint) == 1:
		s += fmt.Sprintf(", scale %v, zero point %d", t.Scale[0], t.ZeroPoint[0])
	case len(t.Scale) > 1:
		s += fmt.Sprintf(", %d scales", len(t.Scale))
	}
	return s
}

func names(ports []portJSON) string {
	var out []string
	for _, p := range ports {
		out = append(out, p.Name)
	}
	return strings.Join(out, ", ")
}

func shapes(ts []*tensorJSON) string {
	var out []string
	for _, t := range ts {
		if t == nil {
			out = append(out, "-")
			continue
		}
		out = append(out, t.DType+" "+t.Shape.String())
	}
	return strings.Join(out, ", ")
}
