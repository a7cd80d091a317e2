using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A set of the archives, in memory.</summary>
/// <param name="Name">The name in the archive.</param>
/// <param name="IsRegression">Whether labels are numbers.</param>
/// <param name="Channels">C.</param>
/// <param name="Train">The rows of the published training part.</param>
/// <param name="Test">The rows of the published test part.</param>
internal sealed record SeriesSet(string Name, bool IsRegression, int Channels, SeriesRow[] Train, SeriesRow[] Test)
{
    public static readonly string[] Names =
        ["ACSF1", "ArrowHead", "ItalyPowerDemand", "JapaneseVowels", "OSULeaf", "PickupGestureWiimoteZ", "PLAID", "Covid3Month",
            "MinimalGasPrices"];

    /// <summary>A set, or null if the data is not available.</summary>
    public static SeriesSet? Find(string name)
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
