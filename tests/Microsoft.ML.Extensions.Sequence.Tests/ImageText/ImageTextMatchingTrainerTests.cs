using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class ImageTextMatchingTrainerTests
{
    [TestMethod]
    [DataRow(0, 30)]
    [DataRow(25, 25)]
    public void TheBatch_IsATenthOfTheRows_WhereNothingElseIsSaid(int given, int expected)
    {
        var ml = new MLContext(1);
        var lines = new List<string>();
        ml.Log += (_, line) => lines.Add(line.Message);
        using var model = ImageTextToy.Fit(
            ml, ImageTextToy.Load(ml, ImageTextToy.Rows(300)), options => (options.Training.Epochs, options.Training.BatchSize) = (1, given));
        Assert.IsTrue(lines.Any(line => line.Contains($"1 epochs of batches of {expected}.", StringComparison.Ordinal)), string.Join('\n', lines));
    }
}
