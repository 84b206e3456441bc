package sample

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// lookups lists what looks up rows, keys and boxes.
func lookups() []Operator {
	most, number := scalar(3), of(tensor.Int32)
	chosen := of(tensor.Int32, 3)
	suppress := takes(data(5, 4), data(5), most, data(), data())
	index := shaped([]int{3, 2}, 0, 0, 0, 1, 1, 0)
	sparse := takes(ints(1, 3, 0), index, ints(2, 2), data(3), data(4, 2))
	return []Operator{
		one(tflite.OpNonMaxSuppressionV4, sample{in: suppress, out: gives(chosen, number)}),
		one(tflite.OpNonMaxSuppressionV5, sample{in: append(suppress[:5:5], data()), out: gives(chosen, data(3), number)}),
		one(tflite.OpUnique, sample{options: &tflite.UniqueOptions{IndexType: tensor.Int32}, in: takes(data(7)), out: gives(data(7), of(tensor.Int32, 7))}),
		one(tflite.OpHashtableLookup, sample{in: takes(ints(3, 9), ints(1, 3, 5), data(3)), out: gives(data(2), of(tensor.Uint8, 2))}),
		one(tflite.OpSkipGram, sample{options: &tflite.SkipGramOptions{NgramSize: 2, MaxSkipSize: 1}, in: takes(data(1)), out: gives(data(1))}),
		one(tflite.OpLshProjection, sample{options: &tflite.LSHProjectionOptions{Type: 2}, in: takes(of(tensor.Float32, 3, 2), data(4, 2)),
			out: gives(of(tensor.Int32, 6))}),
		one(tflite.OpEmbeddingLookupSparse, sample{options: &tflite.EmbeddingLookupSparseOptions{}, in: sparse, out: gives(data(2, 2))}),
	}
}
