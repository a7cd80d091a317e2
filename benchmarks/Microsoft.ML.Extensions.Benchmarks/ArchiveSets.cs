using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The available sets of the archive, with the published splits.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="IsRegression">Whether the label is a number.</param>
internal sealed record ArchiveSets(string Name, bool IsRegression)
{
    public static IReadOnlyList<ArchiveSets> All { get; } =
    [
        .. new[] { "ACSF1", "ArrowHead", "ItalyPowerDemand", "JapaneseVowels", "OSULeaf", "PickupGestureWiimoteZ", "PLAID",
            "UnitTest" }.Select(name => new ArchiveSets(name, false)),
        .. new[] { "Covid3Month", "MinimalGasPrices" }.Select(name => new ArchiveSets(name, true)),
    ];

    /// <summary>The training rows, with classes as keys; null if the data is not available.</summary>
    public IDataView? Train(MLContext ml) => Load(ml, "TRAIN");

    /// <summary>The test rows.</summary>
    public IDataView? Test(MLContext ml) => Load(ml, "TEST");

    /// <summary>The rows' values, one after the other, and their labels as text.</summary>
    public static List<(float[] Values, string Label)> Rows(IDataView data, bool isRegression)
    {
        var (features, label) = (data.Schema["Features"], data.Schema["Label"]);
        var rows = new List<(float[], string)>();
        using var cursor = data.GetRowCursor([features, label]);
        var getter = cursor.GetGetter<VBuffer<float>>(features);
        var labels = isRegression ? null : cursor.GetGetter<uint>(label);
        var numbers = isRegression ? cursor.GetGetter<float>(label) : null;
        VBuffer<float> values = default;
        while (cursor.MoveNext())
        {
            getter(ref values);
            var (key, number) = (0u, 0f);
            labels?.Invoke(ref key);
            numbers?.Invoke(ref number);
            rows.Add(([.. values.DenseValues()], isRegression ? number.ToString("r", System.Globalization.CultureInfo.InvariantCulture)
                : key.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
        return rows;
    }

    private IDataView? Load(MLContext ml, string part)
    {
        if (SharedData.Find($"ucr_uea/{Name}/{Name}_{part}.ts") is not { } file)
        {
            return null;
        }
        var data = ml.Data.LoadFromTsFile(file);
        if (IsRegression)
        {
            return data;
        }
        var names = ml.Data.LoadFromTsFile(SharedData.Find($"ucr_uea/{Name}/{Name}_TRAIN.ts")!);
        return ml.Transforms.Conversion.MapValueToKey("Label").Fit(names).Transform(data);
    }
}
