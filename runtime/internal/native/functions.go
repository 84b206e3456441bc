//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

// functions are those of TensorFlow Lite's C API (tensorflow/lite/c/c_api.h, c_api_experimental.h, common.h, the delegates'
// headers), each bound by its symbol. Those that belong to a part may be nil: libraries of other versions, or built
// otherwise, lack some parts.
type functions struct {
	Version func() uintptr `c:"TfLiteVersion"`

	ModelCreate func(data uintptr, size uintptr) uintptr `c:"TfLiteModelCreate"`
	ModelDelete func(model uintptr)                      `c:"TfLiteModelDelete"`

	OptionsCreate             func() uintptr                         `c:"TfLiteInterpreterOptionsCreate"`
	OptionsDelete             func(options uintptr)                  `c:"TfLiteInterpreterOptionsDelete"`
	OptionsSetNumThreads      func(options uintptr, n int32)         `c:"TfLiteInterpreterOptionsSetNumThreads"`
	OptionsAddDelegate        func(options, delegate uintptr)        `c:"TfLiteInterpreterOptionsAddDelegate"`
	OptionsEnableCancellation func(options uintptr, yes uint8) int32 `c:"TfLiteInterpreterOptionsEnableCancellation" part:"cancellation"`

	InterpreterCreate func(model, options uintptr) uintptr                           `c:"TfLiteInterpreterCreate"`
	InterpreterDelete func(interpreter uintptr)                                      `c:"TfLiteInterpreterDelete"`
	InputCount        func(interpreter uintptr) int32                                `c:"TfLiteInterpreterGetInputTensorCount"`
	OutputCount       func(interpreter uintptr) int32                                `c:"TfLiteInterpreterGetOutputTensorCount"`
	InputTensor       func(interpreter uintptr, i int32) uintptr                     `c:"TfLiteInterpreterGetInputTensor"`
	OutputTensor      func(interpreter uintptr, i int32) uintptr                     `c:"TfLiteInterpreterGetOutputTensor"`
	ResizeInput       func(interpreter uintptr, i int32, dims *int32, n int32) int32 `c:"TfLiteInterpreterResizeInputTensor"`
	AllocateTensors   func(interpreter uintptr) int32                                `c:"TfLiteInterpreterAllocateTensors"`
	Invoke            func(interpreter uintptr) int32                                `c:"TfLiteInterpreterInvoke"`
	ModifyGraph       func(interpreter, delegate uintptr) int32                      `c:"TfLiteInterpreterModifyGraphWithDelegate" part:"delegates after resizing"`
	ResetVariables    func(interpreter uintptr) int32                                `c:"TfLiteInterpreterResetVariableTensors" part:"reset of variables"`
	Cancel            func(interpreter uintptr) int32                                `c:"TfLiteInterpreterCancel" part:"cancellation"`

	Runner             func(interpreter, key uintptr) uintptr                 `c:"TfLiteInterpreterGetSignatureRunner" part:"signature runners"`
	RunnerResize       func(runner, name uintptr, dims *int32, n int32) int32 `c:"TfLiteSignatureRunnerResizeInputTensor" part:"signature runners"`
	RunnerAllocate     func(runner uintptr) int32                             `c:"TfLiteSignatureRunnerAllocateTensors" part:"signature runners"`
	RunnerInputTensor  func(runner, name uintptr) uintptr                     `c:"TfLiteSignatureRunnerGetInputTensor" part:"signature runners"`
	RunnerOutputTensor func(runner, name uintptr) uintptr                     `c:"TfLiteSignatureRunnerGetOutputTensor" part:"signature runners"`
	RunnerInvoke       func(runner uintptr) int32                             `c:"TfLiteSignatureRunnerInvoke" part:"signature runners"`
	RunnerDelete       func(runner uintptr)                                   `c:"TfLiteSignatureRunnerDelete" part:"signature runners"`
	RunnerCancel       func(runner uintptr) int32                             `c:"TfLiteSignatureRunnerCancel" part:"cancellation of signatures"`

	TensorType     func(tensor uintptr) int32          `c:"TfLiteTensorType"`
	TensorNumDims  func(tensor uintptr) int32          `c:"TfLiteTensorNumDims"`
	TensorDim      func(tensor uintptr, i int32) int32 `c:"TfLiteTensorDim"`
	TensorByteSize func(tensor uintptr) uintptr        `c:"TfLiteTensorByteSize"`
	TensorData     func(tensor uintptr) uintptr        `c:"TfLiteTensorData"`
	TensorRealloc  func(bytes uintptr, tensor uintptr) `c:"TfLiteTensorRealloc" part:"string inputs"`

	XNNPackCreate func(options uintptr) uintptr `c:"TfLiteXNNPackDelegateCreate" part:"xnnpack"`
	XNNPackDelete func(delegate uintptr)        `c:"TfLiteXNNPackDelegateDelete" part:"xnnpack"`
	GPUCreate     func(options uintptr) uintptr `c:"TfLiteGpuDelegateV2Create" part:"gpu"`
	GPUDelete     func(delegate uintptr)        `c:"TfLiteGpuDelegateV2Delete" part:"gpu"`
	NNAPICreate   func(options uintptr) uintptr `c:"TfLiteNnapiDelegateCreate" part:"nnapi"`
	NNAPIDelete   func(delegate uintptr)        `c:"TfLiteNnapiDelegateDelete" part:"nnapi"`
}
