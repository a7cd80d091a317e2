using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Importance;

namespace Microsoft.ML.Extensions.Core.Tests.Importance;

[TestClass]
public sealed class ChannelRowsTests
{
    [TestMethod]
    public void Mix_TakesAllValuesOfAChannel_InEveryStep_AndNoOthers()
    {
        // Two steps of two colours of two pixels.
        var rows = Read(2, 2, [1, 2, 3, 4, 5, 6, 7, 8], [10, 20, 30, 40, 50, 60, 70, 80]);
        CollectionAssert.AreEqual(new[] { 1f, 2, 30, 40, 5, 6, 70, 80 }, Mixed(rows, 0, 1, channel: 1));
        CollectionAssert.AreEqual(new[] { 10f, 20, 3, 4, 50, 60, 7, 8 }, Mixed(rows, 1, 0, channel: 1));
    }

    [TestMethod]
    public void Mix_OfAnotherLength_StretchesOrPressesItsCourse()
    {
        var rows = Read(1, 1, [1, 2, 3, 4], [10, 20]);
        CollectionAssert.AreEqual(new[] { 10f, 10, 20, 20 }, Mixed(rows, 0, 1, channel: 0));
        CollectionAssert.AreEqual(new[] { 1f, 3 }, Mixed(rows, 1, 0, channel: 0));
    }

    private static float[] Mixed(ChannelRows rows, int row, int donor, int channel)
    {
        var mixed = new float[rows.Length(row)];
        rows.Mix(row, donor, new PermutedPart("", channel), mixed);
        return mixed;
    }

    private static ChannelRows Read(int channels, int width, params float[][] rows)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition["X"].ColumnType = new VectorDataViewType(NumberDataViewType.Single);
        var data = new MLContext(1).Data.LoadFromEnumerable(rows.Select(values => new Row { X = values }), definition);
        return ChannelRows.Read(data, data.Schema["X"], channels, width);
    }

    private sealed class Row
    {
        public float[] X { get; set; } = [];
    }
}
