//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"unsafe"

	"github.com/ebitengine/purego"
)

// hook stands in a delegate's Prepare, to see which nodes it takes: the C API does not tell. It compares the execution plan
// before and after.
//
// The structs are those of tensorflow/lite/c/common.h, of which these first fields have not moved since 2019:
//
//	TfLiteDelegate { void* data_; TfLiteStatus (*Prepare)(TfLiteContext*, TfLiteDelegate*); … }
//	TfLiteContext  { size_t tensors_size; TfLiteStatus (*GetExecutionPlan)(TfLiteContext*, TfLiteIntArray**); … }
//	TfLiteIntArray { int size; int data[]; }
type hook struct {
	delegate uintptr
	prepare  uintptr      // the delegate's own; 0 if it has none, as those made of an opaque builder
	graphs   [][2][]int32 // the plans before and after, of each graph of the model
}

// The places of the fields, in words.
const (
	delegatePrepare      = 1
	contextExecutionPlan = 1
)

func newHook(delegate uintptr) *hook {
	h := &hook{delegate: delegate, prepare: word(delegate, delegatePrepare)}
	if h.prepare == 0 {
		return h
	}
	setWord(delegate, delegatePrepare, purego.NewCallback(func(context, delegate uintptr) uintptr {
		return h.run(context, delegate)
	}))
	return h
}

func (h *hook) run(context, delegate uintptr) uintptr {
	before := executionPlan(context)
	status, _, _ := purego.SyscallN(h.prepare, context, delegate)
	h.graphs = append(h.graphs, [2][]int32{before, executionPlan(context)})
	return status
}

// executionPlan copies the indices of the nodes that the graph runs.
func executionPlan(context uintptr) []int32 {
	var array uintptr
	status, _, _ := purego.SyscallN(word(context, contextExecutionPlan), context, uintptr(unsafe.Pointer(&array)))
	if int32(status) != 0 || array == 0 {
		return nil
	}
	size := *(*int32)(pointer(array))
	return append([]int32{}, unsafe.Slice((*int32)(pointer(array+4)), size)...)
}

// ran says whether the delegate has been asked what it takes.
func (h *hook) ran() bool { return len(h.graphs) > 0 }

// taken returns the nodes of a graph that the delegate took, and into how many kernels of its own it put them.
func (h *hook) taken(graph int) (nodes []int, partitions int) {
	if graph >= len(h.graphs) {
		return nil, 0
	}
	left := map[int32]bool{}
	for _, i := range h.graphs[graph][1] {
		left[i] = true
	}
	for _, i := range h.graphs[graph][0] {
		if !left[i] {
			nodes = append(nodes, int(i))
		}
		delete(left, i)
	}
	return nodes, len(left)
}

// remove gives the delegate its own Prepare back.
func (h *hook) remove() {
	if h.prepare != 0 {
		setWord(h.delegate, delegatePrepare, h.prepare)
	}
}
