package rules

import "slices"

// Rule is a condition that has been understood. It never changes, and may serve several memories.
type Rule struct {
	when    string
	root    *branch
	clauses []*clause
	probes  []*probe // each once
}

// Compile understands a condition. An error is an *Error.
func Compile(when string, v *Vocabulary) (*Rule, error) {
	r, e := compile(when, v)
	if e != nil {
		return nil, e
	}
	return r, nil
}

func compile(when string, v *Vocabulary) (*Rule, *Error) {
	t, e := split(when)
	if e != nil {
		return nil, e
	}
	if e := t.words(v); e != nil {
		return nil, e
	}
	tree, e := t.tree()
	if e != nil {
		return nil, e
	}
	if depth(tree) > maxDepth {
		return nil, tooDeep()
	}
	c := &checker{text: t, v: v}
	root, e := c.condition(tree, false)
	if e != nil {
		return nil, e
	}
	if e := c.contradiction(root); e != nil {
		return nil, e
	}
	return &Rule{when: when, root: root, clauses: c.clauses, probes: numbered(c.probes)}, nil
}

// String returns the condition as it was written.
func (r *Rule) String() string { return r.when }

// Speaks returns the sensors that the rule depends on, each once, by their names.
func (r *Rule) Speaks() []string {
	var all []string
	for _, p := range r.probes {
		all = append(all, p.sensors()...)
	}
	for _, cl := range r.clauses {
		if cl.missing != "" {
			all = append(all, cl.missing)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
