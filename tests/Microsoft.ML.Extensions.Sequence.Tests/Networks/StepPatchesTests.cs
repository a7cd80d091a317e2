using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

[TestClass]
public sealed unsafe class StepPatchesTests
{
    // Rows of five and of three steps of two channels; the padding of the second is not read.
    private static readonly float[] s_padded = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 99, 99, 99, 99];
    private static readonly float[] s_ragged = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    private static readonly float[] s_first = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 10], s_second = [11, 12, 13, 14, 15, 16, 15, 16];

    [TestMethod]
    public void Batch_HasSeveralStepsAsOne_AndTheLastStepFillsUp()
    {
        using var scope = NewDisposeScope();
        var patched = new StepPatches(2).Of(new InputBatch(tensor(s_padded).view(2, 5, 2), [5, 3]));
        CollectionAssert.AreEqual(new[] { 3, 2 }, patched.Lengths);
        CollectionAssert.AreEqual(new long[] { 2, 3, 4 }, patched.Values.shape);
        var values = patched.Values.flatten().data<float>().ToArray();
        CollectionAssert.AreEqual(s_first, values[..12]);
        CollectionAssert.AreEqual(s_second, values[12..20]);
    }

    [TestMethod]
    public void Rows_HaveTheSame()
    {
        var scratch = new Scratch();
        int[] starts = [0, 5, 8];
        fixed (float* values = s_ragged)
        fixed (int* first = starts)
        {
            var patched = new StepPatches(2).Of(new RaggedRows(values, first, 2, 2), scratch);
            Assert.AreEqual((2, 4, 5), (patched.Count, patched.Channels, patched.Steps));
            Assert.AreEqual((3, 2), (patched.Length(0), patched.Length(1)));
            CollectionAssert.AreEqual((float[])[.. s_first, .. s_second], new Span<float>(patched.Values, 20).ToArray());
        }
    }

    [TestMethod]
    public void OneStep_IsNoPatch()
    {
        using var scope = NewDisposeScope();
        var batch = new InputBatch(tensor(s_padded).view(2, 5, 2), [5, 3]);
        Assert.AreSame(batch, new StepPatches(1).Of(batch));
    }

    [TestMethod]
    [DataRow(5, 5, 1)]
    [DataRow(6, 5, 2)]
    [DataRow(1, 5, 1)]
    public void Count_IsRoundedUp(int steps, int length, int expected) => Assert.AreEqual(expected, new StepPatches(length).Count(steps));
}
