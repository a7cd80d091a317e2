using Microsoft.Extensions.AI;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders.Columns;

[TestClass]
public sealed class TextEmbeddingTests
{
    private static readonly Row[] Rows = [.. Enumerable.Range(0, 600).Select(row => new Row
    {
        Id = row,
        Text = (row % 5) switch { 0 => "", 1 => "a wing", 2 => "b, c heat!", 3 => "heating wings a b c", _ => "zzz" },
    })];

    [TestMethod]
    public void Column_HasTheEncodersVectors()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        var ml = new MLContext(1);
        using var model = ml.Transforms.Text.EmbedText("Vector", encoder, "Text").Fit(ml.Data.LoadFromEnumerable(Rows));
        var output = model.Transform(ml.Data.LoadFromEnumerable(Rows));
        Assert.AreEqual(BertFolder.Width, ((VectorDataViewType)output.Schema["Vector"].Type).Size);
        AssertVectors(encoder, ml, output);
        // Other columns alone need no encoder.
        CollectionAssert.AreEqual(Rows.Select(row => row.Id).ToArray(), output.GetColumn<int>("Id").ToArray());
    }

    [TestMethod]
    public void Engine_GivesTheSameVectors()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        var ml = new MLContext(1);
        var model = ml.Transforms.Text.EmbedText("Vector", encoder, "Text").Fit(ml.Data.LoadFromEnumerable(Rows));
        using var engine = ml.Model.CreatePredictionEngine<Row, Embedded>(model);
        foreach (var row in Rows.Take(5))
        {
            CollectionAssert.AreEqual(encoder.Encode(row.Text), engine.Predict(row).Vector);
        }
    }

    [TestMethod]
    public void Model_HoldsTheEncoder()
    {
        using var folder = new BertFolder();
        folder.File("tokenizer_config.json")["strip_accents"] = false;
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows);
        using var memory = new MemoryStream();
        using var kept = folder.Load(new TextEncoderOptions { Pooling = TextPooling.Maximum, Normalize = false, MaxTokens = 5 });
        using (var encoder = folder.Load(new TextEncoderOptions { Pooling = TextPooling.Maximum, Normalize = false, MaxTokens = 5 }))
        {
            using var model = ml.Transforms.Text.EmbedText("Vector", encoder, "Text").Fit(data);
            // The model goes on where the encoder's owner is done.
            encoder.Dispose();
            AssertVectors(kept, ml, model.Transform(data));
            ml.Model.Save(model, data.Schema, memory);
        }
        memory.Position = 0;
        var loaded = new MLContext(2).Model.Load(memory, out _);
        AssertVectors(kept, ml, loaded.Transform(data));
        Assert.AreEqual(BertFolder.Width, loaded.Parts().OfType<TextEmbeddingTransformer>().Single().Dimensions);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Disposed_NothingNewIsMade()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows);
        var model = ml.Transforms.Text.EmbedText("Vector", encoder, "Text").Fit(data);
        var output = model.Transform(data);
        using var cursor = output.GetRowCursor(output.Schema);
        Assert.IsTrue(cursor.MoveNext());
        model.Dispose();
        for (var row = 1; row < Rows.Length; row++)
        {
            Assert.IsTrue(cursor.MoveNext(), "A cursor that was there goes on.");
        }
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.Transform(data));
        Assert.ThrowsExactly<ObjectDisposedException>(() => output.GetRowCursor(output.Schema));
        Assert.IsNotEmpty(encoder.Encode("a"), "The encoder is its owner's.");
    }

    [TestMethod]
    public void ForeignGenerator_ServesAndIsRefusedWhereItIsSaved()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows);
        using var generator = new Lengths();
        using var model = ml.Transforms.Text.EmbedText("Vector", generator, "Text").Fit(data);
        var vectors = ml.Data.CreateEnumerable<Embedded>(model.Transform(data), reuseRowObject: false).ToArray();
        for (var row = 0; row < Rows.Length; row++)
        {
            CollectionAssert.AreEqual(new float[] { Rows[row].Text.Length, 1 }, vectors[row].Vector);
        }
        Assert.IsLessThan(10, generator.Calls, "Rows are read ahead.");
        using var memory = new MemoryStream();
        Assert.Contains(nameof(Lengths),
            Assert.ThrowsExactly<NotSupportedException>(() => ml.Model.Save(model, data.Schema, memory)).Message);
        model.Dispose();
        Assert.IsFalse(generator.IsDisposed, "The generator is its owner's.");
    }

    [TestMethod]
    [DataRow("few", "1 vectors for 256 texts")]
    [DataRow("long", "a vector of 3 numbers; its others have 2")]
    [DataRow("nan", "NaN")]
    public void ForeignGenerator_IsNotTrusted(string fault, string said)
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows);
        using var generator = new Lengths();
        using var model = ml.Transforms.Text.EmbedText("Vector", generator, "Text").Fit(data);
        generator.Fault = fault;
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => model.Transform(data).GetColumn<float[]>("Vector").ToArray())
            .Message;
        Assert.Contains(said, message);
        Assert.Contains(nameof(Lengths), message);
    }

    [TestMethod]
    public void Column_MissingOrNoTextIsRefused()
    {
        using var folder = new BertFolder();
        using var encoder = folder.Load();
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows);
        Assert.Contains("'Nothing'",
            Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.Text.EmbedText("Vector", encoder, "Nothing").Fit(data)).Message);
        Assert.Contains("must be text",
            Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.Text.EmbedText("Vector", encoder, "Id").Fit(data)).Message);
        using var model = ml.Transforms.Text.EmbedText("Text", encoder).Fit(data);
        Assert.IsInstanceOfType<VectorDataViewType>(model.Transform(data).Schema["Text"].Type);
    }

    private static void AssertVectors(TextEncoder encoder, MLContext ml, IDataView output)
    {
        var expected = Rows.Select(row => row.Text).Distinct().ToDictionary(text => text, encoder.Encode);
        var rows = ml.Data.CreateEnumerable<Embedded>(output, reuseRowObject: false).ToArray();
        Assert.HasCount(Rows.Length, rows);
        for (var row = 0; row < rows.Length; row++)
        {
            Assert.AreEqual((Rows[row].Id, Rows[row].Text), (rows[row].Id, rows[row].Text));
            for (var place = 0; place < BertFolder.Width; place++)
            {
                Assert.AreEqual(expected[rows[row].Text][place], rows[row].Vector[place], 1e-5f);
            }
        }
    }

    private class Row
    {
        public int Id { get; set; }

        public string Text { get; set; } = "";
    }

    private sealed class Embedded : Row
    {
        [VectorType]
        public float[] Vector { get; set; } = [];
    }

    /// <summary>A generator that says nothing of itself.</summary>
    private sealed class Lengths : IEmbeddingGenerator<string, Embedding<float>>
    {
        public int Calls { get; private set; }

        public bool IsDisposed { get; private set; }

        public string? Fault { get; set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Take(Fault == "few" ? 1 : int.MaxValue)
                .Select(text => new Embedding<float>(
                    Fault == "long" ? new float[3] : new[] { text.Length, Fault == "nan" ? float.NaN : 1 }))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() => IsDisposed = true;
    }
}
