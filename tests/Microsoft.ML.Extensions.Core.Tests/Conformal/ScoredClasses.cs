using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Core.Tests.Conformal;

/// <summary>Rows of three classes with the probabilities of a classifier.</summary>
internal static class ScoredClasses
{
    public static readonly string[] Names = ["a", "b", "c"];

    /// <summary>As a classifier leaves them: the label and the predicted label as keys of the same classes.</summary>
    public static IDataView View(MLContext ml, Row[] rows)
    {
        var keys = ml.Data.LoadFromEnumerable(Names.Select(name => new Name { Value = name }));
        var turned = ml.Data.LoadFromEnumerable(Names.Skip(1).Append("a").Select(name => new Name { Value = name }));
        var two = ml.Data.LoadFromEnumerable(Names.Take(2).Select(name => new Name { Value = name }));
        var view = ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Predicted", keyData: keys)
            .Append(ml.Transforms.Conversion.MapValueToKey("Other", "Label", keyData: turned))
            .Append(ml.Transforms.Conversion.MapValueToKey("Two", "Label", keyData: two))
            .Append(ml.Transforms.CopyColumns("Text", "Label"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Label", keyData: keys))
            .Fit(view).Transform(view);
    }

    /// <summary>The classifier is right as often as it says, except that it takes half of the hard class for another.</summary>
    public static Row[] Rows(Random random, int count, bool hard = false) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        float[] scores = [random.NextSingle(), random.NextSingle(), random.NextSingle()];
        scores = [.. scores.Select(score => score * score * score / scores.Sum(other => other * other * other))];
        var draw = random.NextSingle();
        var kind = draw < scores[0] ? 0 : draw < scores[0] + scores[1] ? 1 : 2;
        if (hard && kind == 2 && random.Next(2) == 0)
        {
            (scores[0], scores[2]) = (Math.Max(scores[0], scores[2]), Math.Min(scores[0], scores[2]));
        }
        return new Row { Label = Names[kind], Predicted = Names[Array.IndexOf(scores, scores.Max())], Score = scores };
    })];

    public sealed class Row
    {
        public string Label { get; set; } = "";

        public string Predicted { get; set; } = "";

        [VectorType(3)]
        public float[] Score { get; set; } = [];
    }

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }
}
