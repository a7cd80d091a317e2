using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training.Techniques;

[TestClass]
public sealed class KnownOutputsTests
{
    [TestMethod]
    public void Rows_AreKnownByTheirContent_WhateverTheirPlaceAndPadding()
    {
        using var scope = NewDisposeScope();
        var (known, computed) = (new KnownOutputs(), 0);
        float[][] rows = [[1, 2], [3], [4, 5, 6]];

        CollectionAssert.AreEqual(new float[] { 3, 3, 15 }, Outputs(0, 1, 2));
        CollectionAssert.AreEqual(new float[] { 3, 3 }, Outputs(1, 0));
        Assert.AreEqual(1, computed);
        rows[1] = [7];
        CollectionAssert.AreEqual(new float[] { 7, 3 }, Outputs(1, 0));
        Assert.AreEqual(2, computed);
        // Zeros are not padding.
        rows[1] = [7, 0];
        CollectionAssert.AreEqual(new float[] { 7 }, Outputs(1));
        Assert.AreEqual(3, computed);

        float[] Outputs(params int[] chosen)
        {
            var steps = chosen.Max(row => rows[row].Length);
            var values = chosen.SelectMany(row => rows[row].Concat(new float[steps - rows[row].Length])).ToArray().ToAligned(chosen.Length, steps, 1);
            return known.Of(new InputBatch(values, [.. chosen.Select(row => rows[row].Length)]), () =>
            {
                computed++;
                return values.sum([1]);
            }).contiguous().AsSpan().ToArray();
        }
    }
}
