package quant

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Text writes the report for people: how it came about and what it comes to, what stays float, and every tensor and
// operator.
func (r *Report) Text(w io.Writer) error {
	var b strings.Builder
	r.summary(&b)
	r.kept(&b)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "\noperator\tadds dB\tresult\n")
	for _, o := range r.Ops {
		if o.Float == "" && o.Graph == "" && len(r.Tensors) > 0 {
			fmt.Fprintf(t, "%d %s\t%.1f\t%s\n", o.Index, o.Op, o.AddedSQNR, short(o.Name))
		}
	}
	if len(r.Tensors) > 0 {
		fmt.Fprint(t, "\ntensor\tseen\tscale\tzero point\tSQNR dB\tcosine\tname\n")
	}
	for _, x := range r.Tensors {
		agrees := "-\t-" // made of floats
		if x.SQNR != 0 || x.Cosine != 0 {
			agrees = fmt.Sprintf("%.1f\t%.5f", x.SQNR, x.Cosine)
		}
		fmt.Fprintf(t, "%d %s\t%.4g … %.4g\t%.6g\t%d\t%s\t%s\n", x.Index, x.Shape, x.Seen.Lo, x.Seen.Hi, x.Scale, x.ZeroPoint,
			agrees, short(x.Name))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Summary writes what the quantized model comes to, and what stays float.
func (r *Report) Summary(w io.Writer) error {
	var b strings.Builder
	r.summary(&b)
	r.kept(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) summary(b *strings.Builder) {
	fmt.Fprintf(b, "scheme      %s\n", r.Scheme)
	if r.Observer != "" {
		fmt.Fprintf(b, "ranges by   %s, of %d samples", r.Observer, r.Samples)
		if len(r.Observers) > 1 {
			var all []string
			for _, t := range r.Observers {
				all = append(all, fmt.Sprintf("%s %.1f", t.Observer, t.SQNR))
			}
			fmt.Fprintf(b, " (dB: %s)", strings.Join(all, ", "))
		}
		b.WriteByte('\n')
	}
	if r.Size.Float > 0 {
		fmt.Fprintf(b, "size        %.0f -> %.0f bytes\n", r.Size.Float, r.Size.Made)
	}
	fmt.Fprintf(b, "latency     %.3f -> %.3f ms on this machine, one thread\n", r.Latency.Float, r.Latency.Made)
	for _, o := range r.Outputs {
		fmt.Fprintf(b, "output      %q: top 1 agrees in %.1f %% of %d samples, SQNR %.1f dB", o.Name, 100*o.Top1, r.Compared, o.SQNR)
		if o.LogitsSQNR != 0 {
			fmt.Fprintf(b, " (logits %.1f dB)", o.LogitsSQNR)
		}
		fmt.Fprintf(b, ", off by %.4g in the mean, %.4g at most\n", o.MeanAbs, o.MaxAbs)
	}
	if a := r.Accuracy; a != nil {
		fmt.Fprintf(b, "accuracy    %.1f %% -> %.1f %% of %d labelled samples, the same label in %.1f %%\n", 100*a.Float, 100*a.Made, a.Samples, 100*a.Same)
	}
}

// kept lists the operators that stay float, and why.
func (r *Report) kept(b *strings.Builder) {
	for _, o := range r.Ops {
		if o.Float != "" && o.Float != notFloat && r.Scheme != Weights.String() {
			fmt.Fprintf(b, "stays float %d %s %q%s: %s\n", o.Index, o.Op, short(o.Name), inGraph(o.Graph), o.Float)
		}
	}
}

func inGraph(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" in graph %q", short(name))
}

// short is the end of a name that converters have made of all that went into the tensor.
func short(name string) string {
	const most = 48
	if r := []rune(name); len(r) > most {
		return "…" + string(r[len(r)-most:])
	}
	return name
}
