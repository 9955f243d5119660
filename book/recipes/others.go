package recipes

// Papers print an error in per cent; here it is the accuracy, 1 - error. How these networks were trained is not known in
// full, so the optimiser is ours.
var others = []Recipe{
	{
		Name: "lecun-300", What: "784-300-10, mean squared error",
		Settings: "data: mnist\nlayers: 784,300,10\nact: tanh\nloss: mse\nopt: adam\nlr: 0.001\nbatch: 100\nepochs: 10\n",
		Claims:   []Claim{{LastAccuracy, "error 4.7 %", "LeCun et al. 1998, table of results", .953, open}},
	},
	{
		Name: "lecun-800", What: "784-800-10, cross-entropy",
		Settings: "data: mnist\nlayers: 784,800,10\nact: relu\nloss: cross-entropy\nopt: adam\nlr: 0.002\nschedule: one-cycle\nbatch: 100\nepochs: 10\n",
		Claims:   []Claim{{LastAccuracy, "error 1.6 %", "Simard et al. 2003, in LeCun's table of results", .980, open}},
	},
	{
		Name: "fashion-mlp", What: "784-256-128-100-10 on clothes", Data: "a folder with the four files of Fashion-MNIST",
		Settings: "layers: 784,256,128,100,10\nact: relu\nopt: adam\nlr: 0.001\nbatch: 100\nepochs: 10\n",
		Claims:   []Claim{{LastAccuracy, ".8833", "Fashion-MNIST's table of benchmarks, an MLP of 256-128-100", .86, open}},
	},
}
