using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A set in memory: of the archives, or one of digits, sounds and strings that is small enough to fit everything on.</summary>
/// <param name="Name">The name, of the archive where it is from there.</param>
/// <param name="IsRegression">Whether labels are numbers.</param>
/// <param name="Channels">C.</param>
/// <param name="Train">The rows of the published training part.</param>
/// <param name="Test">The rows of the published test part.</param>
internal sealed record SeriesSet(string Name, bool IsRegression, int Channels, SeriesRow[] Train, SeriesRow[] Test)
{
    private const int ImageRows = 1000, TrainStrings = 500, TestStrings = 1000, ImageSide = 28, Letters = 26;

    public static readonly string[] Names =
        ["ACSF1", "ArrowHead", "ItalyPowerDemand", "JapaneseVowels", "OSULeaf", "PickupGestureWiimoteZ", "PLAID", "MNIST", "FSDD", "Reber",
            "Covid3Month", "MinimalGasPrices"];

    /// <summary>A set, or null if the data is not available.</summary>
    public static SeriesSet? Find(string name) => name switch
    {
        "MNIST" => Images(),
        "FSDD" => Sounds(),
        "Reber" => Strings(),
        _ => OfArchive(name),
    };

    private static SeriesSet? OfArchive(string name)
    {
        if (SharedData.Find($"ucr_uea/{name}/{name}_TRAIN.ts") is not { } train
            || SharedData.Find($"ucr_uea/{name}/{name}_TEST.ts") is not { } test)
        {
            return null;
        }
        var ml = new MLContext(1);
        var view = ml.Data.LoadFromTsFile(train);
        return new SeriesSet(
            name, view.Schema["Label"].Type == NumberDataViewType.Single, ((VectorDataViewType)view.Schema["Features"].Type).Dimensions[^1],
            Rows(view), Rows(ml.Data.LoadFromTsFile(test)));
    }

    /// <summary>Stratified folds of the training part.</summary>
    /// <param name="count">The number of folds.</param>
    /// <param name="seed">The seed of the draw.</param>
    public IEnumerable<(SeriesRow[] Train, SeriesRow[] Held)> Folds(int count, int seed)
    {
        var rows = Train.ToArray();
        new Random(seed).Shuffle(rows);
        if (!IsRegression)
        {
            rows = [.. rows.OrderBy(row => row.Class, StringComparer.Ordinal)];
        }
        return Enumerable.Range(0, count).Select(fold => (
            rows.Where((_, place) => place % count != fold).ToArray(), rows.Where((_, place) => place % count == fold).ToArray()));
    }

    // The rows of an image are its steps.
    private static SeriesSet? Images()
    {
        var ml = new MLContext(1);
        return MnistImages.LoadWhole(ml, "train", ImageRows) is { } train && MnistImages.LoadWhole(ml, "t10k", ImageRows) is { } test
            ? new("MNIST", false, ImageSide, Of(train), Of(test)) : null;

        static SeriesRow[] Of(IDataView view) =>
            [.. view.GetColumn<float[]>("Features").Zip(view.GetColumn<uint>("Label"), (values, digit) => Row(values, digit))];
    }

    private static SeriesSet? Sounds()
    {
        var recordings = SpokenDigits.Load();
        return recordings.Count == 0 ? null : new("FSDD", false, SoundFrames.Bands, Of(test: false), Of(test: true));

        SeriesRow[] Of(bool test) =>
            [.. recordings.Where(one => one.IsTest == test).Select(one => Row(SoundFrames.Of(one.Series.Features), one.Series.Label))];
    }

    // A letter is a step with a 1 in its channel.
    private static SeriesSet Strings()
    {
        return new("Reber", false, Letters, Of(TrainStrings, 1), Of(TestStrings, 2));

        static SeriesRow[] Of(int rows, int seed) => [.. ReberStrings.Rows(rows, seed).Select(row =>
            Row([.. row.Features.SelectMany(letter => Enumerable.Range(1, Letters).Select(place => letter == place ? 1f : 0))], row.Label ? 1u : 0))];
    }

    private static SeriesRow Row(float[] features, uint label) =>
        new() { Features = features, Class = label.ToString(CultureInfo.InvariantCulture) };

    private static SeriesRow[] Rows(IDataView view)
    {
        var features = view.GetColumn<float[]>("Features");
        return view.Schema["Label"].Type == NumberDataViewType.Single
            ? [.. features.Zip(view.GetColumn<float>("Label"), (values, target) => new SeriesRow { Features = values, Target = target })]
            : [.. features.Zip(view.GetColumn<string>("Label"), (values, name) => new SeriesRow { Features = values, Class = name })];
    }
}

/// <summary>A row of a set.</summary>
internal sealed class SeriesRow
{
    /// <summary><c>[T, C]</c>, step by step.</summary>
    public float[] Features { get; set; } = [];

    public string Class { get; set; } = "";

    public float Target { get; set; }
}
