package runtime

import (
	"slices"
	"testing"
)

func TestOperatorsTellKindsApart(t *testing.T) {
	got := map[string]Operator{}
	for _, o := range Operators() {
		got[o.Name] = o
	}
	int8, uint8, boolean, channel := Kind{"int8", "i8"}, Kind{"uint8", "u8"}, Kind{"bool", "bool"}, Kind{"int8 per channel", "i8c"}
	for _, c := range []struct {
		op   string
		kind Kind
		runs bool
	}{{"CONV_2D", channel, true}, {"ADD", int8, true}, {"LOGICAL_NOT", boolean, true}, {"LOGICAL_NOT", int8, false}, {"EXP", uint8, false}} {
		o := got[c.op]
		if runs, lacks := slices.Contains(o.Kinds, c.kind), slices.Contains(o.Lacks, c.kind); runs != c.runs || lacks == c.runs {
			t.Errorf("%s of %s: runs %v, lacks %v, want %v", c.op, c.kind.Name, runs, lacks, c.runs)
		}
	}
	if o := got["ABS"]; slices.Contains(o.Kinds, channel) || slices.Contains(o.Lacks, channel) {
		t.Error("ABS has no weights, and nothing per channel")
	}
}
