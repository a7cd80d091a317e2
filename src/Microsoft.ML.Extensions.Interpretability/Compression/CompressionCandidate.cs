namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A network that compression tried.</summary>
/// <param name="Number">Its number, from 1, in the order of the search; 0 for the teacher and for the result.</param>
/// <param name="Design">Its sizes, and the parts that it lacks.</param>
/// <param name="Reward">
/// <c>C (2 - C) A / A_teacher</c>, where C is the part of the cost that it saves and A its accuracy; -1 where it was not possible or violates
/// a constraint.
/// </param>
/// <param name="Parameters">The number of parameters.</param>
/// <param name="Operations">
/// The operations of its matrices, two for each weight and use, for a row, or for one step where rows differ in length.
/// </param>
/// <param name="Measure">Accuracy and speed; null where it was not trained.</param>
/// <param name="Obstacle">Why its reward is -1; null where it is not.</param>
public sealed record CompressionCandidate(
    int Number, string Design, double Reward, long Parameters, long Operations, CompressionMeasure? Measure, string? Obstacle);

/// <summary>What validation rows say of a network.</summary>
/// <param name="Accuracy">
/// The part of the rows whose class is right; for numbers the coefficient of determination, 1 less the squared error over the variance; for
/// rankings the mean NDCG@10 over queries, of equal scores the mean over their orders.
/// </param>
/// <param name="MillisecondsPerRow">The measured time to score a row: the fastest of three readings; teacher and student are read in turns.</param>
/// <param name="Rows">The number of rows.</param>
public sealed record CompressionMeasure(double Accuracy, double MillisecondsPerRow, long Rows)
{
    /// <summary>The rows that are scored in a second.</summary>
    public double RowsPerSecond => 1000 / MillisecondsPerRow;
}
