using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// Saves a model of every trainer, task and input with its scores, or compares the scores of such files with those of this build.
/// </summary>
/// <remarks>
/// <c>eng/old-models.sh</c> copies this file into an older revision, which saves, and this build compares. So the file uses only what both
/// have. libtorch gives the same bits, and C# kernels, by which older versions did not score, the same up to rounding. Rows are scored one by
/// one: in batches a row's last bits depend on the rows beside it, and which rows share a batch may change.
/// </remarks>
internal static class OldModels
{
    public const string Command = "old-models";

    private const string ByLibtorch = "Microsoft.ML.Extensions.ScoreWithLibtorch";
    private const double Tolerance = 1e-5;

    /// <summary>The number of models that do not load or do not score as they did.</summary>
    public static int Run(string[] arguments) => arguments is [_, "save", var target] ? Save(target)
        : arguments is [_, "compare", var source] ? Compare(source)
        : throw new ArgumentException($"Usage: {Command} save|compare FOLDER");

    private static int Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var model in All())
        {
            var ml = new MLContext(1);
            var data = model.Data(ml);
            var fitted = model.Estimator(ml).Fit(data);
            ml.Model.Save(fitted, data.Schema, Path.Combine(folder, model.Name + ".zip"));
            File.WriteAllText(Path.Combine(folder, model.Name + ".txt"), model.Scores(ml, fitted));
        }
        return 0;
    }

    private static int Compare(string folder)
    {
        var (models, different) = (0, 0);
        foreach (var model in All().Where(model => File.Exists(Path.Combine(folder, model.Name + ".zip"))))
        {
            var finding = Difference(model, folder);
            (models, different) = (models + 1, different + (finding is null ? 0 : 1));
            Console.WriteLine($"{model.Name}: {finding ?? "equal"}");
        }
        Console.WriteLine($"{models} models, {different} different");
        return models == 0 ? 1 : different;
    }

    private static string? Difference(OldModel model, string folder)
    {
        var ml = new MLContext(1);
        try
        {
            var expected = File.ReadAllText(Path.Combine(folder, model.Name + ".txt"));
            AppContext.SetSwitch(ByLibtorch, true);
            var reference = model.Scores(ml, ml.Model.Load(Path.Combine(folder, model.Name + ".zip"), out _));
            AppContext.SetSwitch(ByLibtorch, false);
            var scores = model.Scores(ml, ml.Model.Load(Path.Combine(folder, model.Name + ".zip"), out _));
            return FirstDifference(expected, reference)
                ?? (IsNear(expected, scores) ? null : $"by C# kernels {FirstDifference(expected, scores)}");
        }
        catch (Exception exception)
        {
            return exception.Message;
        }
    }

    private static bool IsNear(string expected, string actual)
    {
        var (numbers, others) = (expected.Split('\n', ' '), actual.Split('\n', ' '));
        return expected == actual || (numbers.Length == others.Length && numbers.Zip(others).All(pair =>
            Value(pair.First) is { } one && Value(pair.Second) is { } other && Math.Abs(one - other) <= Tolerance * Math.Max(1, Math.Abs(one))));
    }

    private static float? Value(string bits) => uint.TryParse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number)
        ? BitConverter.UInt32BitsToSingle(number) : null;

    private static string? FirstDifference(string expected, string actual)
    {
        var (lines, others) = (expected.Split('\n'), actual.Split('\n'));
        var row = lines.Zip(others).TakeWhile(pair => pair.First == pair.Second).Count();
        return expected == actual ? null : FormattableString.Invariant(
            $"scores differ, in row {row} of {lines.Length}: '{lines.ElementAtOrDefault(row)}' became '{others.ElementAtOrDefault(row)}'");
    }

    private static IEnumerable<OldModel> All() => TrainerCases.All
        .SelectMany(trainer => trainer.Inputs.Select(input => new OldModel(
            $"{trainer.Name}, {input.Name}", ml => input.Load(ml, input.Rows(18, 1)), ml => trainer.Pipeline(ml, input: input),
            (ml, model) => trainer.Task.Predict(ml, model, input.Rows(18, 1), input).Bits())))
        .Append(new OldModel(
            "Captions", ml => DescribedShapes.ToDataView(ml, DescribedShapes.Rows(12, 1)),
            ml => ml.Transforms.Sequences.LrcnCaption(new LrcnCaptionOptions { Training = new TrainingOptions { Epochs = 2 } }),
            (ml, model) => string.Join(
                '\n', model.Transform(DescribedShapes.ToDataView(ml, DescribedShapes.Rows(12, 1))).GetColumn<string>("PredictedLabel"))));

    private sealed record OldModel(
        string Name, Func<MLContext, IDataView> Data, Func<MLContext, IEstimator<ITransformer>> Estimator, Func<MLContext, ITransformer,
            string> Scores);
}
