package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edged/models"
	"edged/quant"
	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// quantizeOptions are the flags of edged quantize.
type quantizeOptions struct {
	app   *app
	quant quant.Options
	io    string
	keep  string

	samples  []string
	limit    int
	raw      string
	mean     []float64
	std      []float64
	labels   string
	evaluate string
	recorded string // a recording
	sensor   string // of it

	scheme, observer  string
	out, report, page string
	asJSON            bool
}

func newQuantize(a *app) *cobra.Command {
	o := quantizeOptions{app: a}
	cmd := &cobra.Command{
		Use:   "quantize MODEL --calibration DIR -o OUT",
		Short: "Make an integer model of a float one, and say what that costs",
		Long: `Make a fully integer model of a float32 or float16 one, by the ranges that its tensors have on samples.

--calibration [NAME or INDEX=]PATH gives an input its samples, a file or a folder: pictures, sounds and series, prepared as
the model's card or metadata says, or as --mean and --std do; NumPy arrays (.npy) of one sample or of many along the first
dimension; raw little-endian tensors (.bin, .bin.gz), one after the other, of the type --raw. Bytes become (v-mean)/std too.

--from-recording takes what a sensor of the board has given while edged record ran.

--scheme int8 quantizes all; int16x8 keeps activations in int16; weights makes int8 weights alone ("dynamic range"), float16
halves them. Operators without an integer kernel stay float, between a DEQUANTIZE and a QUANTIZE, and the report names them.

--observer says how a range comes from what was seen: minmax, average, percentile, mse, entropy, or best, which tries all.
--equalize, --correct-bias and --round adjust the weights, unless they are switched off with =false. Where few channels carry
most of what rounding costs, --equalize gives them copies, in place of dead ones and, up to --grow, new ones. --keep-float lists operators that stay float, by index or
by the name of their result; auto:N finds the N that cost the most.

--evaluate DIR measures the accuracy of both models on labelled samples: a folder for each class, named by index or label,
or tensors in one file with a labels.csv (a column "class") or a labels.bin (a byte each).

The report goes to stdout in short, with --json in full; --report and --html write it to files. Its JSON:
{"scheme","observer","samples","compared","observers":[{"observer","sqnr_db"}],
 "outputs":[{"name","top1","max_abs","mean_abs","sqnr_db","logits_sqnr_db"}],
 "tensors":[{"index","name","shape","seen":{"lo","hi"},"range":{…},"scale","zero_point","sqnr_db","cosine","histogram":{"lo","width","count":[…]}}],
 "ops":[{"graph","index","op","name","float","added_sqnr_db","added_noise"}],"bytes":{"float","made"},"latency_ms":{"float","made"},
 "accuracy":{"samples","float","made","same"}}: float says why an operator stays float, added_* are of the error that an
operator adds to operands which are the float model's.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeModels,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd.Context(), args[0])
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.samples, "calibration", nil, "`samples`: [NAME or INDEX=]PATH of a file or folder")
	f.StringVar(&o.recorded, "from-recording", "", "a `recording` by edged record whose samples the next input gets")
	f.StringVar(&o.sensor, "sensor", "", "the `name` of the recording's sensor, if it has several")
	f.StringVarP(&o.out, "output", "o", "", "the `file` to write")
	f.IntVar(&o.limit, "limit", 100, "how many samples of each input are used at most; 0 is all")
	f.StringVar(&o.raw, "raw", "float32", "the `type` of elements in .bin files: float32, uint8, int8, int32, int64")
	f.Float64SliceVar(&o.mean, "mean", nil, "`values` that are taken from a pixel or byte, one or one for each channel")
	f.Float64SliceVar(&o.std, "std", nil, "`values` that it is then divided by")
	f.StringVar(&o.labels, "labels", "", "`file` with one label a line, in place of the card's")
	f.StringVar(&o.scheme, "scheme", "int8", "int8, int16x8, weights or float16")
	f.StringVar(&o.observer, "observer", "best", "best, minmax, average, percentile, mse or entropy")
	f.StringVar(&o.io, "io", "", "the `type` of inputs and outputs: int8, uint8, float32 (int16x8: int16, float32)")
	f.BoolVar(&o.quant.Equalize, "equalize", true, "share out ranges between neighbouring layers")
	f.Float64Var(&o.quant.Grow, "grow", 0.25, "up to this `part` more multiplications for copies of channels that carry most of the noise")
	f.BoolVar(&o.quant.CorrectBias, "correct-bias", true, "take away what rounded weights shift the mean by")
	f.BoolVar(&o.quant.Round, "round", true, "round weights so that each layer's result changes least")
	f.StringVar(&o.keep, "keep-float", "", "`operators` that stay float, separated by commas; auto:N for the N worst")
	f.IntVar(&o.quant.ReportSamples, "report-samples", 32, "how many samples the report is made from")
	f.StringVar(&o.evaluate, "evaluate", "", "`folder` of labelled samples")
	f.StringVar(&o.report, "report", "", "`file` for the whole report, JSON if it ends in .json")
	f.StringVar(&o.page, "html", "", "`file` for the report with histograms")
	jsonFlag(cmd, &o.asJSON)
	return cmd
}

// run quantizes the model at path.
func (o *quantizeOptions) run(ctx context.Context, path string) (err error) {
	if err := o.parse(); err != nil {
		return misuse{err}
	}
	m, err := openModel(path, runtime.Options{Engine: "builtin"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if m.file == nil {
		return fmt.Errorf("%s: a built-in model is quantized already", path)
	}
	if err := o.describe(m); err != nil {
		return err
	}
	samples, err := o.calibration(ctx, m)
	if err != nil {
		return err
	}
	defer samples.Close()
	bar := &progress{to: o.app.err, live: isTerminal(o.app.err)}
	o.quant.Progress = bar.show
	result, err := quant.Quantize(ctx, m.file.Model, samples, o.quant)
	bar.end()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := o.write(m, result); err != nil {
		return err
	}
	if o.evaluate != "" {
		if err := o.accuracy(ctx, m, result); err != nil {
			return fmt.Errorf("evaluating: %w", err)
		}
	}
	return o.tell(path, result.Report)
}

// parse reads the flags that are words.
func (o *quantizeOptions) parse() (err error) {
	if o.out == "" {
		return errors.New("no file to write: give one with -o")
	}
	if o.recorded != "" {
		o.samples = append(o.samples, o.recorded)
	}
	if len(o.samples) == 0 {
		return errors.New("no samples: give some with --calibration or --from-recording")
	}
	if o.quant.Scheme, err = quant.ParseScheme(o.scheme); err != nil {
		return err
	}
	if o.quant.Observer, err = quant.ParseObserver(o.observer); err != nil {
		return err
	}
	if o.quant.IO, err = parseType("--io", o.io, tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Float32); err != nil {
		return err
	}
	if _, err = parseType("--raw", o.raw, tensor.Float32, tensor.Uint8, tensor.Int8, tensor.Int32, tensor.Int64); err != nil {
		return err
	}
	for name := range strings.SplitSeq(o.keep, ",") {
		if n, ok := strings.CutPrefix(name, "auto:"); ok {
			if o.quant.KeepWorst, err = strconv.Atoi(n); err != nil || o.quant.KeepWorst < 0 {
				return fmt.Errorf("--keep-float %s: auto:N wants a number", name)
			}
		} else if name != "" {
			o.quant.KeepFloat = append(o.quant.KeepFloat, name)
		}
	}
	return nil
}

// parseType reads an element type that is one of some; "" is Invalid.
func parseType(flag, s string, some ...tensor.DType) (tensor.DType, error) {
	var names []string
	for _, d := range some {
		if s == d.String() {
			return d, nil
		}
		names = append(names, d.String())
	}
	if s == "" {
		return tensor.Invalid, nil
	}
	return tensor.Invalid, fmt.Errorf("%s %s: there are %s", flag, s, strings.Join(names, ", "))
}

// describe lets the flags have their way over the model's card.
func (o *quantizeOptions) describe(m *model) error {
	in := &m.card.Input
	if len(o.mean)+len(o.std) > 0 {
		in.Mean, in.Std = o.mean, o.std
	}
	if slices.Contains(in.Std, 0) {
		return misuse{errors.New("--std 0: it divides")}
	}
	if o.labels != "" {
		labels, err := models.LoadLabels(o.labels)
		if err != nil {
			return err
		}
		m.card.Labels = labels
	}
	return nil
}

// calibration opens the samples of each input. The range of pixels and other bytes is known, whatever the samples are.
func (o *quantizeOptions) calibration(ctx context.Context, m *model) (*calibration, error) {
	ins := m.session.Signature().Inputs
	c := &calibration{sets: make([]*sampleSet, len(ins))}
	o.quant.Inputs = map[int]quant.Range{}
	var args []inputArg
	for _, text := range o.samples {
		arg, err := parseInput(text)
		if err != nil {
			return nil, misuse{err}
		}
		args = append(args, arg)
	}
	placed, err := placeInputs(args, ins)
	if err != nil {
		return nil, misuse{err}
	}
	for i, arg := range placed {
		if arg == nil {
			return nil, hinted{fmt.Errorf("input %d %q %s %s: no samples", i, ins[i].Name, ins[i].DType, ins[i].Shape), "give some with --calibration " + strconv.Itoa(i) + "=PATH"}
		}
		files, err := sampleFiles(arg.file, o.limit)
		if err != nil {
			return nil, err
		}
		c.sets[i] = &sampleSet{files: files, limit: o.limit, open: o.opener(ctx, m, ins[i]).open}
		if known, ok := o.known(files[0], m, ins[i]); ok {
			o.quant.Inputs[i] = known
		}
	}
	return c, nil
}

func (o *quantizeOptions) opener(ctx context.Context, m *model, info tensor.Info) *sampleOpener {
	raw, _ := parseType("", o.raw, tensor.Float32, tensor.Uint8, tensor.Int8, tensor.Int32, tensor.Int64) // parse has looked at it
	return &sampleOpener{ctx: ctx, model: m, info: info, raw: raw, sensor: o.sensor}
}

// known returns the range that bytes of a file can have as an input's numbers.
func (o *quantizeOptions) known(file string, m *model, info tensor.Info) (quant.Range, bool) {
	ext := filepath.Ext(strings.TrimSuffix(strings.ToLower(file), ".gz"))
	picture := slices.Contains([]string{".jpg", ".jpeg", ".png", ".bmp"}, ext) || ext == ".mcap" && m.card.Input.Kind == models.Image
	if info.DType != tensor.Float32 || !picture && (ext != ".bin" || o.raw != "uint8") {
		return quant.Range{}, false
	}
	in := &m.card.Input
	r := quant.Range{Lo: normal(0, 0, in), Hi: normal(255, 0, in)}
	for c := range max(len(in.Mean), len(in.Std)) {
		r.Lo, r.Hi = min(r.Lo, normal(0, c, in)), max(r.Hi, normal(255, c, in))
	}
	return r, true
}

// write writes the model, with the files that are packed behind the float one.
func (o *quantizeOptions) write(m *model, r *quant.Result) error {
	files, err := m.file.AssociatedFiles()
	if err != nil {
		return fmt.Errorf("%s: %w", m.path, err)
	}
	data, err := tflite.Write(r.Model, files...)
	if err != nil {
		return fmt.Errorf("%s: %w", o.out, err)
	}
	r.Report.Size = quant.Change{Float: float64(len(m.file.Bytes)), Made: float64(len(data))}
	return os.WriteFile(o.out, data, 0o666)
}

// accuracy measures both models on labelled samples.
func (o *quantizeOptions) accuracy(ctx context.Context, m *model, r *quant.Result) error {
	ins := m.session.Signature().Inputs
	if len(ins) != 1 {
		return fmt.Errorf("the model has %d inputs, want 1", len(ins))
	}
	l, err := openLabelled(o.evaluate, o.opener(ctx, m, ins[0]))
	if err != nil {
		return err
	}
	defer l.Close()
	r.Report.Accuracy, err = quant.Evaluate(ctx, m.file.Model, r.Model, l)
	return err
}

// tell writes the report wherever it is wanted.
func (o *quantizeOptions) tell(path string, r *quant.Report) error {
	if o.report != "" {
		write := r.Text
		if strings.HasSuffix(o.report, ".json") {
			write = func(w io.Writer) error { return json.NewEncoder(w).Encode(r) }
		}
		if err := writeFile(o.report, write); err != nil {
			return err
		}
	}
	if o.page != "" {
		title := filepath.Base(path) + " → " + filepath.Base(o.out)
		if err := writeFile(o.page, func(w io.Writer) error { return r.HTML(w, title) }); err != nil {
			return err
		}
	}
	if o.asJSON {
		return writeJSON(o.app.out, r)
	}
	return r.Summary(o.app.out)
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// progress shows how far the work is, on one line of a terminal and on none of a file.
type progress struct {
	to    io.Writer
	live  bool
	shown time.Time
}

// show draws the line anew, a few times a second.
func (p *progress) show(s quant.Progress) {
	if now := time.Now(); !p.live || now.Sub(p.shown) < 100*time.Millisecond && s.Done != s.Total {
		return
	} else {
		p.shown = now
	}
	if s.Total == 0 {
		fmt.Fprintf(p.to, "\r\x1b[K%s: %d samples", s.Stage, s.Done)
		return
	}
	const width = 30
	full := min(width, s.Done*width/s.Total)
	fmt.Fprintf(p.to, "\r\x1b[K%s [%s%s] %d of %d", s.Stage, strings.Repeat("#", full), strings.Repeat(".", width-full), s.Done, s.Total)
}

// end wipes the line.
func (p *progress) end() {
	if p.live {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}

// isTerminal reports whether w is a device for characters.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
