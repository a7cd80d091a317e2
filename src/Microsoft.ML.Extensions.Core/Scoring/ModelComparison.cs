using System.Globalization;

namespace Microsoft.ML.Extensions;

/// <summary>What changed from one model to another, on the same rows: scores, labels, bytes and time. Its text is a table.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="MeanChange">The root of the mean squared difference of scores: probabilities of classes, log-odds, or numbers.</param>
/// <param name="LargestChange">The largest difference of a score.</param>
/// <param name="ChangedLabels">The part of the rows whose predicted label differs; null where there are no labels.</param>
/// <param name="BytesBefore">The bytes of the first model's file.</param>
/// <param name="BytesAfter">The bytes of the second model's file.</param>
/// <param name="MillisecondsBefore">
/// The time in which the first model scores all rows: the median of several runs, in turns with those of the second.
/// </param>
/// <param name="MillisecondsAfter">The time in which the second model does.</param>
public sealed record ModelComparison(
    long Rows, double MeanChange, double LargestChange, double? ChangedLabels, long BytesBefore, long BytesAfter, double MillisecondsBefore,
    double MillisecondsAfter)
{
    /// <summary>The table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        rows                  {Rows:n0}
        mean change of scores {MeanChange:g3}, largest {LargestChange:g3}
        other labels          {(ChangedLabels is { } share ? share.ToString("p2", CultureInfo.InvariantCulture) : "none predicted")}
        bytes of the file     {BytesBefore:n0} before, {BytesAfter:n0} after
        milliseconds          {MillisecondsBefore:g3} before, {MillisecondsAfter:g3} after
        """);
}
