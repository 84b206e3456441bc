package interp

import "edged/runtime/internal/fold"

// all reports whether each operator is to run: whoever watches the main graph wants to see them.
func (f *frame) all() bool {
	return f.whole || f.depth == 0 && (f.watcher.Before != nil || f.watcher.After != nil)
}

// foldGraph takes away operators that others can do.
func (f *frame) foldGraph() {
	if f.all() {
		return
	}
	r := fold.Graph(f.graph, &f.use.tables)
	if len(r.Extras) == 0 && len(r.Gone) == 0 {
		return
	}
	f.graph, f.extras, f.gone = r.Graph, r.Extras, r.Gone
	f.shorter = true
}
