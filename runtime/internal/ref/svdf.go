package ref

// SVDF steps filters that remember: each memory forgets its oldest value and keeps feature·x as its newest, and unit u is
// the sum of the next len(time)/len(bias) filters' memories, weighted by time, plus bias[u]. It changes memory.
// Source: tflite/kernels/internal/reference/svdf.h; Alvarez and Park, "End-to-end streaming keyword spotting", 2019.
func SVDF[T Number](x []T, feature, time, memory [][]T, bias []T, keep func(T) T) []T {
	out := append([]T{}, bias...)
	for f := range time {
		copy(memory[f], memory[f][1:])
		memory[f][len(memory[f])-1] = keep(inner(feature[f], x))
		out[f/(len(time)/len(bias))] += inner(time[f], memory[f])
	}
	return out
}
