package tflite

// Options of the StableHLO operators that TFLite's CPU kernels run, and of REDUCE_WINDOW, which came before them. Names
// follow the StableHLO specification; lists may be left out where it has a default.
type (
	StablehloPadOptions struct{ Low, High, Interior []int64 }
	// StablehloGatherOptions say which result dimensions a slice fills, which of its own it drops, and what an index means.
	StablehloGatherOptions struct {
		OffsetDims, CollapsedSliceDims, StartIndexMap []int64
		IndexVectorDim                                int64
		SliceSizes                                    []int64
		Sorted                                        bool
	}
	StablehloScatterOptions struct {
		Sorted                                                         bool
		UpdateWindowDims, InsertedWindowDims, ScatterDimsToOperandDims []int64
		IndexVectorDim                                                 int64
		Unique                                                         bool
		Update                                                         int // graph that joins old value and update
	}
	StablehloReduceWindowOptions struct {
		Window, Strides, BaseDilations, WindowDilations, Padding []int64
		Body                                                     int // graph that joins two values
	}
	StablehloCaseOptions struct{ Branches []int } // graphs
	RNGOptions           struct{ Algorithm uint8 }
	ReduceWindowOptions  struct{ Function int }
)

// The random number generators of STABLEHLO_RNG_BIT_GENERATOR.
const (
	RNGDefault uint8 = iota
	RNGPhilox
	RNGThreefry
)

// The functions of REDUCE_WINDOW.
const (
	ReduceUnsupported = iota
	ReduceAdd
	ReduceMul
	ReduceMin
	ReduceMax
	ReduceAll
	ReduceAny
)
