using System.Diagnostics;
using Microsoft.ML.Extensions.Interpretability;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data or on your own files.</summary>
internal static class WithOptions
{
    private const int GeneratedExamples = 60;
    private const int ShownHeads = 5;

    public static int Run(string[] args) => Sample.Run(args, CircuitArguments.Parse, (arguments, cancellation) =>
        arguments.Model is null ? OfProgram(arguments, cancellation) : OfTexts(arguments));

    // A sorting program, compiled to a transformer with additional dummy heads, so the circuit is known.
    private static Figures OfProgram(CircuitArguments arguments, CancellationToken cancellation)
    {
        using var compiled = RaspCompiler.Compile(RaspPrograms.Sort(4), new RaspCompilerOptions { Length = 4, DummyHeads = 4 });
        var task = compiled.ToTask(GeneratedExamples);
        var clock = Stopwatch.StartNew();
        var circuit = new SparseAutoencoderCircuit(Options(arguments)).Find(compiled.Model, task, cancellation);
        var seconds = clock.Elapsed.TotalSeconds;
        var truth = arguments.Truth is { } file ? TruthFile.Read(file) : compiled.Truth(AblationKind.Resample);
        return Show(arguments, circuit, truth, seconds, compiled.Model, task.Positives[0].Tokens, null);
    }

    private static Figures OfTexts(CircuitArguments arguments)
    {
        var ml = new MLContext();
        using var model = TransformerModel.Load(arguments.Model!);
        var tokenizer = TransformerTokenizer.Load(arguments.Model!);
        var data = ml.Data.LoadFromEnumerable(Texts(arguments.Positive!, true).Concat(Texts(arguments.Negative!, false)));
        var clock = Stopwatch.StartNew();
        using var found = ml.Transforms.SparseAutoencoderCircuitFinder(model, tokenizer, options: Options(arguments)).Fit(data);
        var seconds = clock.Elapsed.TotalSeconds;
        var truth = arguments.Truth is { } file ? TruthFile.Read(file) : null;
        return Show(arguments, found.Circuit, truth, seconds, model, tokenizer.Encode(Texts(arguments.Positive!, true).First().Text),
            tokenizer);
    }

    private static IEnumerable<LabelledText> Texts(string file, bool label) =>
        File.ReadLines(file).Where(line => line.Length > 0).Select(line => new LabelledText { Text = line, Label = label });

    private static CircuitFinderOptions Options(CircuitArguments arguments)
    {
        var options = new CircuitFinderOptions();
        foreach (var setting in arguments.Settings)
        {
            OptionSetter.Set(options, setting);
        }
        return options;
    }

    private static Figures Show(
        CircuitArguments arguments, Circuit circuit, CircuitTruth? truth, double seconds, TransformerModel model, IReadOnlyList<int> example,
            TransformerTokenizer? tokenizer)
    {
        var report = new CircuitReport(circuit);
        report.AddExample(model, example, tokenizer);
        report.Save(arguments.Report);
        foreach (var head in circuit.Heads.Take(ShownHeads))
        {
            Console.WriteLine(FormattableString.Invariant(
                $"{head.Head}: score {head.Score:G4}, contrast {head.Contrast:F3}{(head.Selected ? ", in the circuit" : "")}"));
        }
        if (circuit.Effect is { } effect)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"without the circuit's heads the targets change by {effect.Change:G4}, without as many random ones by {effect.RandomChange:G4}; random ones do as much with probability {effect.Probability:G3}"));
        }
        Console.WriteLine($"report: {arguments.Report}");
        var figures = new Figures();
        if (truth is not null)
        {
            var (nodeAuc, edgeAuc) = circuit.Scores.Against(truth);
            figures.Add("node_auc", nodeAuc ?? double.NaN);
            figures.Add("edge_auc", edgeAuc ?? double.NaN);
        }
        figures.Add("seconds", seconds);
        return figures;
    }

    private sealed class LabelledText
    {
        public string Text { get; set; } = "";

        public bool Label { get; set; }
    }
}
