using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.DenseRecurrence;

/// <summary>Products with packed matrices, dense and with blocks of zeros, against sums by hand.</summary>
[TestClass]
public sealed unsafe class PackedProductTests
{
    private const int Depth = 24;

    [TestMethod]
    [DataRow(1.0, 1, 1)]
    [DataRow(0.5, 1, 64)]
    [DataRow(0.5, 8, 16)]
    [DataRow(0.1, 8, 64)]
    [DataRow(0.1, 1, 1)]
    [DataRow(0.05, 4, 32)]
    [DataRow(0.0, 8, 64)]
    public void Product_IsTheSumOfProducts_WhateverIsLeftOut(double density, int blockRows, int blockColumns)
    {
        foreach (var (rows, columns) in new[] { (1, 64), (2, 192), (3, 96), (4, 128), (7, 16), (16, 320) })
        {
            Check<Lane512>(rows, columns, density, blockRows, blockColumns);
            Check<Lane256>(rows, columns, density, blockRows, blockColumns);
            Check<Lane128>(rows, columns, density, blockRows, blockColumns);
        }
    }

    [TestMethod]
    public void Work_IsThatOfTheBlocksThatAreNotZero()
    {
        // Panels of four lanes of sixteen are 64 wide.
        Assert.AreEqual(1, Work(256, 256, (_, _) => true));
        Assert.AreEqual(0.5, Work(256, 256, (k, n) => ((k / 8) + (n / 64)) % 2 == 0), 1e-9);
        Assert.AreEqual(0.25, Work(256, 256, (k, _) => k % 4 == 0), 1e-9);
        // Blocks as wide as a lane are left out in panels of one, which compute more slowly.
        var narrow = Work(256, 256, (k, n) => ((k / 8) + (n / 16)) % 4 == 0);
        Assert.IsTrue(narrow is > 0.25 and < 0.5, $"{narrow}");
        // A zero here and there leaves no row out.
        Assert.AreEqual(1, Work(256, 256, (k, n) => (k + n) % 2 == 0));
    }

    private static double Work(int depth, int columns, Func<int, int, bool> live)
    {
        float[] values = [.. Enumerable.Range(0, depth * columns).Select(i => live(i / columns, i % columns) ? 1f : 0)];
        fixed (float* source = values)
        {
            using var packed = PackedMatrix.Of(source, depth, columns, columns, 1, 16);
            var numbers = 0;
            for (int column = 0, lanes; column < columns; column += 16 * lanes)
            {
                lanes = packed.PanelLanes(column, 16);
                numbers += packed.PanelDepth(column, 16) * lanes * 16;
            }
            // Narrow panels take up to 1.6 times as long for each number.
            var share = (double)numbers / (depth * columns);
            Assert.IsTrue(packed.Work >= share && packed.Work <= 1.6 * share, $"{share} of the numbers, and {packed.Work} of the work");
            return packed.Work;
        }
    }

    private static void Check<TLane>(int rows, int columns, double density, int blockRows, int blockColumns)
        where TLane : struct, IFloatLane<TLane>
    {
        var random = new Random(columns);
        var (a, b) = (Drawn(rows * Depth, 3), Drawn(Depth * columns, 4));
        var live = new Dictionary<(int, int), bool>();
        for (var i = 0; i < b.Length; i++)
        {
            var block = (i / columns / blockRows, i % columns / blockColumns);
            live.TryAdd(block, random.NextDouble() < density);
            b[i] = live[block] ? b[i] : 0;
        }
        var c = new float[rows * columns];
        fixed (float* pa = a, pb = b, pc = c)
        {
            using var packed = PackedMatrix.Of(pb, Depth, columns, columns, 1, TLane.Width);
            PackedProduct<TLane>.Run(rows, packed, pa, Depth, pc, columns);
        }
        for (var i = 0; i < c.Length; i++)
        {
            var sum = 0f;
            for (var k = 0; k < Depth; k++)
            {
                sum = MathF.FusedMultiplyAdd(a[(i / columns * Depth) + k], b[(k * columns) + (i % columns)], sum);
            }
            Assert.AreEqual(sum, c[i], $"{rows} rows, {columns} columns, density {density}, {i}");
        }
    }

    private static float[] Drawn(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
