package decode

import (
	"strings"
	"testing"

	"edged/pipelines"
)

// yard is a small grammar.
var yard = []Clause{
	{Words: "nobody is there", Not: []string{"one", "some"}, Kind: "who"},
	{Words: "a man is there", Label: "one", Not: []string{"some"}, Kind: "who"},
	{Words: "men are there", Label: "some", Kind: "who"},
	{Words: "three men are there", Label: "some", Kind: "who", More: true},
	{Words: "a cat is there", Label: "pet", More: true},
	{Words: "it burns", Label: "fire", Must: true},
	{Words: "it rains", Label: "rain"},
	{Words: "a bell rings", Label: "test", Or: []string{"fire"}},
}

func TestClausesCheckCaptions(t *testing.T) {
	c, err := NewClauses(yard, []string{"one", "some", "pet", "fire", "rain", "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, said, labels, want string }{
		{"right", "a man is there, it rains.", "one rain", ""},
		{"right in another order", "it rains, a man is there.", "one rain", ""},
		{"more than labels can say", "three men are there, a cat is there.", "one some pet", ""},
		{"leaves out what it may", "men are there.", "one some rain", ""},
		{"one label or another", "nobody is there, it burns, a bell rings.", "fire", ""},
		{"what is not so", "nobody is there, it rains.", "", "nobody is there."},
		{"what is not so, and says the rest", "a man is there, it burns.", "one pet rain", "a man is there, it rains."},
		{"leaves out what it may not", "three men are there, a cat is there.", "some pet fire", "three men are there, a cat is there, it burns."},
		{"too few", "a man is there.", "one some", "men are there."},
		{"somebody where nobody is", "nobody is there.", "one", "a man is there."},
		{"two of a kind", "men are there, three men are there.", "some", "men are there."},
		{"twice", "it rains, it rains.", "rain", "nobody is there, it rains."},
		{"another grammar", "it snows.", "rain", "nobody is there, it rains."},
		{"nobody and somebody left out", "a cat is there, it rains.", "one pet rain", "a man is there, a cat is there, it rains."},
		{"nothing", "", "test", "nobody is there, a bell rings."},
	} {
		var labels []pipelines.Label
		for name := range strings.FieldsSeq(tt.labels) {
			labels = append(labels, pipelines.Label{Name: name})
		}
		want := tt.want
		if want == "" {
			want = tt.said
		}
		check := func() {
			if got, right := c.Check(tt.said, labels); got != want || right != (tt.want == "") {
				t.Errorf("%s: got %q, right %v, want %q", tt.name, got, right, want)
			}
		}
		check()
		if n := testing.AllocsPerRun(5, check); n != 0 {
			t.Errorf("%s: got %v allocations, want 0", tt.name, n)
		}
	}
	if got, right := (&Clauses{}).Check("what.", nil); got != "" || right {
		t.Errorf("got %q, %v of no clauses, want nothing", got, right)
	}
}

func TestClausesErrors(t *testing.T) {
	for _, tt := range []struct {
		all  []Clause
		want string
	}{
		{[]Clause{{Words: "a"}, {Words: "a"}}, `number 1, "a"`},
		{[]Clause{{Words: "a, b"}}, "holds a comma"},
		{[]Clause{{Words: "a", Not: []string{"y"}}}, `clauses: "a" speaks of "y", which is none of the labels`},
	} {
		if _, err := NewClauses(tt.all, []string{"x"}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}
