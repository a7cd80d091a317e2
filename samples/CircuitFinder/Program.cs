using System.Diagnostics;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Samples;

// With arguments the sample examines your own language model and texts: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

// A program that sorts, compiled to a transformer with additional dummy heads: its circuit is known.
using var compiled = RaspCompiler.Compile(RaspPrograms.Sort(4), new RaspCompilerOptions { Length = 4, DummyHeads = 4 });
var task = compiled.ToTask(60);

var clock = Stopwatch.StartNew();
var circuit = new SparseAutoencoderCircuit(new CircuitFinderOptions()).Find(compiled.Model, task);
var seconds = clock.Elapsed.TotalSeconds;

foreach (var head in circuit.Heads.Take(5))
{
    Console.WriteLine($"{head.Head}: score {head.Score:G4}, contrast {head.Contrast:F3}{(head.Selected ? ", in the circuit" : "")}");
}
if (circuit.Effect is { } effect)
{
    Console.WriteLine($"without the circuit's heads the targets change by {effect.Change:G4}, without as many random ones by {effect.RandomChange:G4}");
}

// A page with the circuit's graph, and what its heads attend to in an example.
var report = new CircuitReport(circuit);
report.AddExample(compiled.Model, task.Positives[0].Tokens, null);
report.Save("circuit.html");
Console.WriteLine("report: circuit.html");

// The areas under the ROC curve of the scores of heads and edges, since the true ones are known.
var (nodeAuc, edgeAuc) = circuit.Scores.Against(compiled.Truth(AblationKind.Resample));
Console.WriteLine($"node_auc: {nodeAuc:0.######}");
Console.WriteLine($"edge_auc: {edgeAuc:0.######}");
Console.WriteLine($"seconds: {seconds:0.######}");
return 0;
