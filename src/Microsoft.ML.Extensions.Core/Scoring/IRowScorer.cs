using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Gives the activated outputs of rows; disposed with the cursor or row that it serves.</summary>
internal interface IRowScorer : IDisposable
{
    /// <summary>The step <c>[C]</c> before the row that is read next; null where rows are independent.</summary>
    float[]? Before { get; }

    /// <summary>The range of values of a row; null for all finite numbers.</summary>
    InputRange? Range { get; }

    /// <summary>The outputs of all rows of a store, <c>[B * Outputs]</c>.</summary>
    void Score(RowStore rows, ref float[] scores);
}
