using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Counts the rows whose class is right while their loss is computed.</summary>
/// <param name="head">The task.</param>
internal sealed class RightRows(TaskHead head)
{
    private long _rows;
    private long _right;

    /// <summary>A loss that counts.</summary>
    /// <param name="rows">The rows of the batch. A network whose loss is of other outputs than one per row has no accuracy of rows.</param>
    /// <param name="loss">The loss.</param>
    public OutputLoss Counting(int rows, OutputLoss loss) => (outputs, labels) =>
    {
        if (outputs.shape[0] == rows && head.Right(outputs, labels) is { } right)
        {
            _rows += rows;
            _right += right.sum().Item<long>();
        }
        return loss(outputs, labels);
    };

    /// <summary>The part of the rows that are right; null unless each was counted once.</summary>
    public double? Of(long rows) => rows > 0 && _rows == rows ? _right / (double)rows : null;
}
