package interp

import "edged/runtime/internal/fold"

// all reports whether each operator is to run: whoever watches the main graph wants to see them.
func (f *frame) all() bool {
	return f.whole || f.depth == 0 && (f.watcher.Before != nil || f.watcher.After != nil)
}

// foldGraph takes away operators that others can do, and reports whether there are any.
func (f *frame) foldGraph() bool {
	if f.all() {
		return false
	}
	r := fold.Graph(f.graph, &f.use.tables)
	if len(r.Extras) == 0 && len(r.Gone) == 0 {
		return false
	}
	f.graph, f.extras, f.gone = r.Graph, r.Extras, r.Gone
	return true
}

// unfoldGraph gives the frame its graph as the file has it: where tensors are not of the types that it says, what was folded does
// not fit.
func (f *frame) unfoldGraph() {
	f.graph, f.extras, f.gone = &f.model.Graphs[f.index], nil, nil
}
