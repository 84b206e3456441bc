package main

import (
	"fmt"
	"io"
	"strings"

	"edged/runtime"
	"edged/runtime/tflite"
)

// memoryPlan is the JSON of edged inspect --plan; its field names are stable.
type memoryPlan struct {
	Model string     `json:"model"`
	Bytes int        `json:"bytes"` // with what is computed once or remembered
	Plans []planJSON `json:"plans"`
}

// planJSON is the plan of a run of operators of one graph. Operator −1 is before the first.
type planJSON struct {
	Graph      int           `json:"graph"`
	FirstOp    int           `json:"first_op"`
	EndOp      int           `json:"end_op"`
	ArenaBytes int64         `json:"arena_bytes"`
	LowerBound int64         `json:"lower_bound"`
	PeakOp     int           `json:"peak_op"`
	Tensors    []placingJSON `json:"tensors"`
	Calls      []callJSON    `json:"calls"`
	Saved      []savedJSON   `json:"saved"`
}

type placingJSON struct {
	Tensor  int    `json:"tensor"`
	Name    string `json:"name"`
	Offset  int64  `json:"offset"`
	Bytes   int64  `json:"bytes"`
	FirstOp int    `json:"first_op"`
	LastOp  int    `json:"last_op"`
	Onto    *int   `json:"onto"` // the operand whose memory it takes
}

type callJSON struct {
	Op     int        `json:"op"`
	Offset int64      `json:"offset"`
	Bytes  int64      `json:"bytes"`
	Plans  []planJSON `json:"plans"`
}

func inspectPlan(a *app, path string, m *tflite.Model, asJSON bool) error {
	p, err := planOf(path, m)
	switch {
	case err != nil:
		return err
	case asJSON:
		return writeJSON(a.out, p)
	}
	return p.print(a.out, m)
}

// planOf opens m to learn its memory plan.
func planOf(path string, m *tflite.Model) (*memoryPlan, error) {
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer s.Close()
	stats := runtime.StatsOf(s)
	return &memoryPlan{Model: path, Bytes: stats.ArenaBytes, Plans: plansOf(m, stats.Plans)}, nil
}

func plansOf(m *tflite.Model, plans []runtime.Plan) []planJSON {
	out := make([]planJSON, len(plans))
	for i, p := range plans {
		out[i] = planJSON{Graph: p.Graph, FirstOp: p.First, EndOp: p.Next, ArenaBytes: p.Arena, LowerBound: p.Peak, PeakOp: p.PeakOp,
			Tensors: []placingJSON{}, Calls: []callJSON{}, Saved: savedOf(p.Saved)}
		for _, t := range p.Tensors {
			k := placingJSON{Tensor: t.Tensor, Name: m.Graphs[p.Graph].Tensors[t.Tensor].Name,
				Offset: t.Offset, Bytes: t.Size, FirstOp: t.First, LastOp: t.Last}
			if t.Onto >= 0 {
				k.Onto = &t.Onto
			}
			out[i].Tensors = append(out[i].Tensors, k)
		}
		for _, c := range p.Calls {
			out[i].Calls = append(out[i].Calls, callJSON{Op: c.Op, Offset: c.Offset, Bytes: c.Size, Plans: plansOf(m, c.Plans)})
		}
	}
	return out
}

// print draws the plans for people.
func (p *memoryPlan) print(w io.Writer, m *tflite.Model) error {
	var b strings.Builder
	rest := int64(p.Bytes)
	for i := range p.Plans {
		rest -= p.Plans[i].ArenaBytes
	}
	if rest > 0 {
		fmt.Fprintf(&b, "memory       %d bytes, %d of them variables and what is computed once\n", p.Bytes, rest)
	}
	for i := range p.Plans {
		p.Plans[i].print(&b, m)
	}
	if end := p.Plans[len(p.Plans)-1].EndOp; end < len(m.Graphs[0].Ops) {
		fmt.Fprintf(&b, "\nop %d on is planned when op %d has run: shapes depend on its values\n", end, end-1)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// print writes what the plan comes to, a picture of the arena, and a line for each tensor.
func (p *planJSON) print(b *strings.Builder, m *tflite.Model) {
	g := &m.Graphs[p.Graph]
	fmt.Fprintf(b, "arena        %d bytes\nlower bound  %d bytes, the most alive at once: %s\n", p.ArenaBytes, p.LowerBound, when(g, p.PeakOp))
	if p.LowerBound > 0 {
		fmt.Fprintf(b, "ratio        %.3f\n", float64(p.ArenaBytes)/float64(p.LowerBound))
	}
	onto := 0
	for _, t := range p.Tensors {
		if t.Onto != nil {
			onto++
		}
	}
	fmt.Fprintf(b, "tensors      %d, %d of them in place\n", len(p.Tensors), onto)
	p.printSaved(b, g)
	b.WriteByte('\n')
	rows := rowsOf(p)
	drawArena(b, rows, p)
	b.WriteByte('\n')
	printRows(b, rows, p)
	for _, c := range p.Calls {
		for i := range c.Plans {
			callee := &c.Plans[i]
			fmt.Fprintf(b, "\nop %d %s calls graph %d %s, at offset %d\n", c.Op, g.Ops[c.Op].Name(), callee.Graph, m.Graphs[callee.Graph].Name, c.Offset)
			callee.print(b, m)
		}
	}
}

// when says at which operator.
func when(g *tflite.Graph, op int) string {
	switch {
	case op < 0:
		return "before the first op"
	case op >= len(g.Ops):
		return "after the last op"
	}
	return fmt.Sprintf("at op %d %s", op, g.Ops[op].Name())
}
