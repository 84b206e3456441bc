package sample

import "edged/runtime/tensor"

// Kind says which types an operator's tensors have.
type Kind struct {
	Name          string       // "int8 per channel"
	Short         string       // "i8c": the head of a column
	Data, Weights tensor.DType // int16 data has int8 weights
	PerChannel    bool         // weights have a scale for each channel
	Layers        bool         // differs from another kind in the weights only, so that it says nothing of operators without them
}

// oneScale leaves out the kinds whose weights have several scales.
func oneScale(k Kind) bool { return !k.PerChannel }

// Kinds returns all kinds, the ones that models are quantized to first.
func Kinds() []Kind {
	kinds := []Kind{
		{Name: "int8", Short: "i8", Data: tensor.Int8, Weights: tensor.Int8},
		{Name: "int8 per channel", Short: "i8c", Data: tensor.Int8, Weights: tensor.Int8, PerChannel: true, Layers: true},
		{Name: "int8 with int4 weights", Short: "i8i4", Data: tensor.Int8, Weights: tensor.Int4, Layers: true},
		{Name: "uint8", Short: "u8", Data: tensor.Uint8, Weights: tensor.Uint8},
		{Name: "int16", Short: "i16", Data: tensor.Int16, Weights: tensor.Int8},
		{Name: "float32", Short: "f32", Data: tensor.Float32, Weights: tensor.Float32},
		{Name: "float32 with float16 weights", Short: "f16w", Data: tensor.Float32, Weights: tensor.Float16, Layers: true},
		{Name: "float32 with int8 weights", Short: "i8w", Data: tensor.Float32, Weights: tensor.Int8, Layers: true},
		{Name: "float32 with int4 weights", Short: "i4w", Data: tensor.Float32, Weights: tensor.Int4, Layers: true},
	}
	for _, p := range []struct {
		short string
		d     tensor.DType
	}{{"i32", tensor.Int32}, {"i64", tensor.Int64}, {"bool", tensor.Bool}, {"str", tensor.String}, {"i4", tensor.Int4}, {"u16", tensor.Uint16},
		{"u32", tensor.Uint32}, {"u64", tensor.Uint64}, {"f16", tensor.Float16}, {"f64", tensor.Float64}, {"c64", tensor.Complex64}} {
		kinds = append(kinds, Kind{Name: p.d.String(), Short: p.short, Data: p.d, Weights: p.d})
	}
	return kinds
}
