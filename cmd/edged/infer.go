package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines/decode"
	"edged/runtime"
	"edged/runtime/tensor"
)

// inferOptions are the flags of edged infer.
type inferOptions struct {
	engineFlags
	app    *app
	in     []string
	random bool
	seed   uint64
	steps  int
	out    string
	labels string
	crop   string
}

// inferResult is the JSON of edged infer; its field names are stable.
type inferResult struct {
	Engine    string       `json:"engine"`
	Outputs   []outputJSON `json:"outputs"`
	LatencyMS float64      `json:"latency_ms"`
	Results   []*words     `json:"results,omitempty"`
}

type outputJSON struct {
	Name  string       `json:"name"`
	DType string       `json:"dtype"`
	Shape tensor.Shape `json:"shape"`
	File  string       `json:"file"`
}

func newInfer(a *app) *cobra.Command {
	var o inferOptions
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "infer MODEL",
		Short: "Run a model on files",
		Long: `Run a model on files and print what it says.

--in [NAME or INDEX=]FILE[@1x49x10x1] feeds an input; the shape resizes it. FILE is
  a raw little-endian tensor, gzipped if it ends in .gz, strings packed as TensorFlow Lite does it: their count, where each
  starts and the last ends, int32, and their bytes; --steps N reads N of them, one after the other, and
  runs N times on one session, so that state lives on; the shape may then have N in front, or not; or
  a picture (.jpg, .jpeg, .png, .bmp), a sound (.wav) or a series (.csv), prepared as the model's card says:
  then there is one run for each window, or N with --steps.
--random feeds what no --in does. --out DIR gets output_<i>.bin with the results of all runs in a row.

With --json: {"engine","outputs":[{"name","dtype","shape","file"}],"latency_ms","results":[…]}: latency_ms is the mean
of the runs, shape that of the last run, results what the labels or detections of each run are, if the model has labels.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeModels,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.app = a
			result, err := o.infer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.out, result)
			}
			return result.print(a.out)
		},
	}
	f := cmd.Flags()
	o.addOne(cmd)
	f.StringArrayVar(&o.in, "in", nil, "`file` for an input: [NAME or INDEX=]FILE[@SHAPE]")
	f.BoolVar(&o.random, "random", false, "random values for inputs not given")
	f.Uint64Var(&o.seed, "seed", 1, "of the random values")
	f.IntVar(&o.steps, "steps", 0, "runs; default 1, or as many as a sound or series has windows")
	f.StringVar(&o.out, "out", "", "`folder` for the outputs")
	f.StringVar(&o.labels, "labels", "", "`file` with one label a line, in place of the card's")
	f.StringVar(&o.crop, "crop", "", "part of a picture that the model sees, in place of the card's: none or center")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// infer runs the model as asked.
func (o *inferOptions) infer(ctx context.Context, path string) (_ *inferResult, err error) {
	args, err := o.arguments()
	if err != nil {
		return nil, misuse{err}
	}
	m, placed, err := o.open(path, args)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if err := o.decode(m); err != nil {
		return nil, err
	}
	feeds, err := o.feeds(ctx, m, placed)
	defer func() {
		for i := range feeds {
			feeds[i].close()
		}
	}()
	if err != nil {
		return nil, err
	}
	outs, err := o.writers(m.session.Signature().Outputs)
	defer func() {
		for _, w := range outs {
			err = errors.Join(err, w.close())
		}
	}()
	if err != nil {
		return nil, err
	}
	return o.loop(ctx, m, feeds, outs)
}

// arguments parses the flags that are more than values.
func (o *inferOptions) arguments() ([]inputArg, error) {
	if o.steps < 0 {
		return nil, fmt.Errorf("--steps %d is below 0", o.steps)
	}
	if c := models.Crop(o.crop); c != "" && c != models.NoCrop && c != models.CenterCrop {
		return nil, fmt.Errorf("--crop %q is neither none nor center", o.crop)
	}
	var args []inputArg
	for _, text := range o.in {
		arg, err := parseInput(text)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	return args, nil
}

// open opens the model with its inputs resized. Names are known only once a model is open, so it is opened again where a
// shape changes.
func (o *inferOptions) open(path string, args []inputArg) (*model, []*inputArg, error) {
	opts, err := o.runtime(o.app, o.engine, o.threads)
	if err != nil {
		return nil, nil, err
	}
	m, err := openModel(path, opts)
	if err != nil {
		return nil, nil, err
	}
	ins := m.session.Signature().Inputs
	placed, err := placeInputs(args, ins)
	if err != nil {
		return nil, nil, errors.Join(misuse{err}, m.Close())
	}
	opts.Shapes = map[int]tensor.Shape{}
	for i, arg := range placed {
		if arg == nil || arg.shape == nil {
			continue
		}
		if shape := o.perRun(arg.shape, ins[i].Shape); !slices.Equal(shape, ins[i].Shape) {
			opts.Shapes[i] = shape
		}
	}
	if len(opts.Shapes) == 0 {
		return m, placed, nil
	}
	if err := m.Close(); err != nil {
		return nil, nil, err
	}
	m, err = openModel(path, opts)
	return m, placed, err
}

// perRun returns the shape of one run's tensor: the shape given may be that of the whole file, N runs in front.
func (o *inferOptions) perRun(given, input tensor.Shape) tensor.Shape {
	if o.steps > 1 && len(given) == len(input)+1 && given[0] == o.steps {
		return given[1:]
	}
	return given
}

// likely is the least score of a YOLO's boxes, which are thousands: Ultralytics' own default.
const likely = 0.25

// decode overlays the flags on the card, and lets m say words if its card, or --labels, names any. Outputs that a card does not fit are still outputs.
func (o *inferOptions) decode(m *model) error {
	said := config.Encoder{Labels: o.labels, Input: &config.Input{Crop: models.Crop(o.crop)}}
	if err := overlay(&m.card, &said); err != nil {
		return err
	}
	if m.card.Task == "" && len(m.card.Labels) == 0 {
		return nil
	}
	limits := decode.Options{} // the best 5 labels, or all detections
	task := taskOf(&m.card, m.session)
	if task == models.Yolo {
		limits.Threshold = likely
	}
	err := m.decodeAs(task, limits)
	switch {
	case err == nil:
		return nil
	case o.labels != "":
		return fmt.Errorf("%s: %w", m.path, err)
	}
	m.head = nil
	report(o.app.err, fmt.Errorf("%s: no words for the outputs: %w", m.path, err))
	return nil
}

// source is what feeds one input, and how to be done with it.
type source struct {
	next     feed
	prepared bool // made from samples: the samples say how many runs there are
	close    func()
}

// feeds opens what feeds each input; on an error those that are open come with it.
func (o *inferOptions) feeds(ctx context.Context, m *model, placed []*inputArg) ([]source, error) {
	var all []source
	random := randomFeed(o.seed)
	for i, arg := range placed {
		info := m.session.Input(i).Info
		var s source
		var err error
		switch {
		case arg != nil:
			s, err = o.fileSource(ctx, m, arg.file, info)
		case o.random:
			s = source{random, false, func() {}}
		default:
			err = hinted{fmt.Errorf("input %d %q %s %s: no file", i, info.Name, info.DType, info.Shape), "give one with --in, or random values with --random"}
		}
		if err != nil {
			return all, err
		}
		all = append(all, s)
	}
	return all, nil
}

// loop runs the model until the steps are done or the samples end.
func (o *inferOptions) loop(ctx context.Context, m *model, feeds []source, outs []*outWriter) (*inferResult, error) {
	steps := o.steps
	for _, f := range feeds {
		if f.prepared && o.steps == 0 {
			steps = -1
		}
	}
	if steps == 0 {
		steps = 1
	}
	result := &inferResult{Engine: runtime.StatsOf(m.session).Engine}
	var total time.Duration
	step := 0
	for ; step != steps; step++ {
		more, err := fillInputs(m.session, feeds)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		start := time.Now()
		if err := m.session.Invoke(ctx); err != nil {
			return nil, fmt.Errorf("%s: run %d: %w", m.path, step+1, err)
		}
		total += time.Since(start)
		if err := o.collect(m, result, outs); err != nil {
			return nil, err
		}
	}
	if step == 0 || steps > step {
		return nil, fmt.Errorf("the samples are enough for %d runs, want %d", step, max(steps, 1))
	}
	for i := range m.session.Signature().Outputs {
		t := m.session.Output(i)
		result.Outputs = append(result.Outputs, outputJSON{t.Name, t.DType.String(), append(tensor.Shape{}, t.Shape...), outs[i].path})
	}
	result.LatencyMS = ms(total) / float64(step)
	return result, nil
}

// fillInputs feeds every input; it reports false when one has nothing more.
func fillInputs(s runtime.Session, feeds []source) (bool, error) {
	for i := range feeds {
		more, err := feeds[i].next(s.Input(i))
		if err != nil {
			return false, fmt.Errorf("input %d: %w", i, err)
		}
		if !more {
			return false, nil
		}
	}
	return true, nil
}

// collect writes the outputs of a run and decodes them.
func (o *inferOptions) collect(m *model, result *inferResult, outs []*outWriter) error {
	all := make([]*tensor.Tensor, len(outs))
	for i := range outs {
		all[i] = m.session.Output(i)
		if _, err := outs[i].Write(all[i].Data); err != nil {
			return err
		}
	}
	if m.head == nil {
		return nil
	}
	said, err := say(m.head, all)
	if err != nil { // random inputs may well make scores that are no numbers
		m.head = nil
		report(o.app.err, fmt.Errorf("%s: no words for the outputs: %w", m.path, err))
		return nil
	}
	result.Results = append(result.Results, said)
	return nil
}

// print writes the result for people.
func (r *inferResult) print(w io.Writer) error {
	for i, said := range r.Results {
		if len(r.Results) > 1 {
			if _, err := fmt.Fprintf(w, "run %d\n", i+1); err != nil {
				return err
			}
		}
		if err := said.print(w); err != nil {
			return err
		}
	}
	for i, out := range r.Outputs {
		line := fmt.Sprintf("output %d %q %s %s", i, out.Name, out.DType, out.Shape)
		if out.File != "" {
			line += " -> " + out.File
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s: %.3f ms\n", r.Engine, r.LatencyMS)
	return err
}
