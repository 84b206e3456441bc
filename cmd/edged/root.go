package main

import "github.com/spf13/cobra"

// newRoot returns the tree of commands.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "edged",
		Short: "Int8 TensorFlow Lite on cameras, microphones and I²C sensors, out over MQTT",
		Long: `edged runs int8 TensorFlow Lite encoders on cameras, microphones and I²C sensors
and sends labels and detections over MQTT.

Results go to stdout, talk to stderr. Exit status: 0 done, 1 failed, 2 misused.`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newDemo(a), newRun(a), newRecord(a), newReplay(a), newCheck(a), newInit(a), newInfer(a), newBench(a), newInspect(a), newVerify(a), newQuantize(a), newSchema(a), newVersion(a), newDoctor(a), newService(a), newWhy(a), newMan(a), newWorker(a))
	return root
}

// completeModels lets the shell complete the names of model files.
func completeModels(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"tflite"}, cobra.ShellCompDirectiveFilterFileExt
}
