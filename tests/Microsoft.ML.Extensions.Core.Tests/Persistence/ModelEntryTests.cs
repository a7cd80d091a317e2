using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Core.Tests.Persistence;

[TestClass]
public sealed class ModelEntryTests
{
    [TestMethod]
    public void ModelThatNoLoaderWouldTake_IsRefusedWhenItIsSaved()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(new[] { new Row() });
        var refused = Assert.Throws<Exception>(
            () => ml.Model.Save(new AlikeWeights(PackedEntry.Free + 1), data.Schema, new MemoryStream()));
        Assert.IsInstanceOfType<InvalidOperationException>(refused);
        StringAssert.Contains(refused.Message, "'weights.safetensors' has");
        ml.Model.Save(new AlikeWeights(1), data.Schema, new MemoryStream());
    }

    private sealed class Row
    {
        public float X { get; set; }
    }

    /// <summary>A model of nothing but so many bytes of zeros.</summary>
    private sealed class AlikeWeights(long bytes) : ITransformer
    {
        public bool IsRowToRowMapper => false;

        public void Save(ModelSaveContext ctx) =>
            ModelEntry.Save(ctx, new ModelKind("ALIKETST", "AlikeWeights", typeof(AlikeWeights).Assembly), "zeros", new byte[bytes]);

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;
    }
}
