using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Interpretability.Tests.Models;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class SparseAutoencoderCircuitFinderTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("circuit-").FullName;

    private static readonly string[] Words = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Texts_SaveAndLoad_GiveTheSameCircuitAndColumns(bool embed)
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        model.Save(_folder);
        var data = ml.Data.LoadFromEnumerable(TextRows(40));
        using var fitted = Finder(ml, model, new CircuitFinderOptions { Epochs = 30, EmbedModel = embed }, _folder).Fit(data);
        var file = Path.Combine(_folder, "circuit.zip");
        ml.Model.Save(fitted, data.Schema, file);
        var loaded = (SparseAutoencoderCircuitTransformer)new MLContext(2).Model.Load(file, out _);
        using (loaded)
        {
            CollectionAssert.AreEqual(fitted.Circuit.Heads.ToArray(), loaded.Circuit.Heads.ToArray());
            CollectionAssert.AreEqual(fitted.Circuit.Edges(false).ToArray(), loaded.Circuit.Edges(false).ToArray());
            Assert.AreEqual(fitted.Circuit.PValue, loaded.Circuit.PValue);
            Assert.AreEqual(fitted.Circuit.HeldOutAuc, loaded.Circuit.HeldOutAuc);
            Assert.AreEqual(fitted.Circuit.Effect, loaded.Circuit.Effect);
            Assert.AreEqual(fitted.Circuit.IsHeldOut, loaded.Circuit.IsHeldOut);
            Assert.AreEqual(fitted.Circuit.Threshold, loaded.Circuit.Threshold);
            AssertSame(Rows(ml, fitted.Transform(data)), Rows(ml, loaded.Transform(data)));
        }
    }

    [TestMethod]
    public void Schema_IsThePromisedOne_WithTheHeadsAsSlotNames()
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        var data = ml.Data.LoadFromEnumerable(TextRows(20));
        var finder = Finder(ml, model, new CircuitFinderOptions { Epochs = 5, Permutations = 0 });
        var promised = finder.GetOutputSchema(data.Schema.Shape()).ToDictionary(column => column.Name);
        using var fitted = finder.Fit(data);
        var schema = fitted.GetOutputSchema(data.Schema);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, promised["Codes"].Kind);
        Assert.AreEqual(NumberDataViewType.Int32, promised["Codes"].ItemType);
        Assert.AreEqual(NumberDataViewType.Single, promised["CircuitActivation"].ItemType);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Codes"].GetSlotNames(ref names);
        Assert.AreEqual("L0H0 L0H1 L0H2 L0H3 L1H0 L1H1 L1H2 L1H3", string.Join(" ", names.DenseValues()));
    }

    [TestMethod]
    public void Tokens_AsNumbersOrKeys_AreReadAsTextsAre()
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        var options = new CircuitFinderOptions { Epochs = 20 };
        using var texts = Finder(ml, model, options).Fit(ml.Data.LoadFromEnumerable(TextRows(30)));
        var numbers = ml.Data.LoadFromEnumerable(TextRows(30).Select(
            row => new TokenRow { Tokens = [.. row.Text.Split(' ').Select(word => Array.IndexOf(Words, word))], Label = row.Label }));
        using var tokens = ml.Transforms.SparseAutoencoderCircuitFinder(model, inputColumnName: "Tokens", options: options).Fit(numbers);
        CollectionAssert.AreEqual(texts.Circuit.Heads.ToArray(), tokens.Circuit.Heads.ToArray());
        var words = ml.Data.LoadFromEnumerable(Words.Select(word => new { Word = word }));
        var keys = ml.Transforms.Text.TokenizeIntoWords("Tokens", "Text")
            .Append(ml.Transforms.Conversion.MapValueToKey("Tokens", keyData: words));
        using var keyed = keys.Append(ml.Transforms.SparseAutoencoderCircuitFinder(model, inputColumnName: "Tokens", options: options))
            .Fit(ml.Data.LoadFromEnumerable(TextRows(30)));
        CollectionAssert.AreEqual(texts.Circuit.Heads.ToArray(), keyed.LastTransformer.Circuit.Heads.ToArray());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void DisposedCircuit_RefusesWhatIsNew_AndLetsWhatHasBegunEnd(bool loaded)
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        var data = ml.Data.LoadFromEnumerable(TextRows(20));
        var fitted = Finder(ml, model, new CircuitFinderOptions { Epochs = 5, Permutations = 0, EmbedModel = true }).Fit(data);
        var file = Path.Combine(_folder, "circuit.zip");
        ml.Model.Save(fitted, data.Schema, file);
        var circuit = loaded ? (SparseAutoencoderCircuitTransformer)ml.Model.Load(file, out _) : fitted;
        var view = circuit.Transform(data);
        using var cursor = view.GetRowCursor(view.Schema);
        var activation = cursor.GetGetter<float>(view.Schema["CircuitActivation"]);
        circuit.Dispose();
        var value = 0f;
        while (cursor.MoveNext())
        {
            activation(ref value);
        }
        Action[] uses =
        [
            () => circuit.Transform(data), () => view.GetRowCursor(view.Schema), () => circuit.GetRowToRowMapper(data.Schema),
            () => ml.Model.Save(circuit, data.Schema, file),
        ];
        foreach (var use in uses)
        {
            StringAssert.Contains(Assert.ThrowsExactly<ObjectDisposedException>(use).Message, "OwnsTransformer = false");
        }
    }

    [TestMethod]
    public void PredictionEngine_GivesWhatTransformGives_FromEveryThread()
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        var rows = TextRows(24).ToArray();
        var data = ml.Data.LoadFromEnumerable(rows);
        using var fitted = Finder(ml, model, new CircuitFinderOptions { Epochs = 20 }).Fit(data);
        var wanted = Rows(ml, fitted.Transform(data));
        Parallel.For(0, 4, _ =>
        {
            using var engine = ml.Model.CreatePredictionEngine<TextRow,
                CircuitRow>(fitted, new PredictionEngineOptions { OwnsTransformer = false });
            AssertSame(wanted, [.. rows.Select(engine.Predict)]);
        });
    }

    [TestMethod, Trained]
    public void Activation_TellsPositiveRowsFromNegative_WhereTheModelDoes()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(compiled.ToTask(60, TrainedSeed.From(1))
            .Examples.Select(example => new TokenRow { Tokens = [.. example.Tokens], Label = example.IsPositive }));
        using var fitted = ml.Transforms.SparseAutoencoderCircuitFinder(
            compiled.Model, inputColumnName: "Tokens",
                options: new CircuitFinderOptions { Readout = CircuitReadout.AllTokens, Seed = TrainedSeed.From(1) }).Fit(data);
        var activations = Rows(ml, fitted.Transform(data)).Select(row => (double)row.CircuitActivation).ToArray();
        bool[] labels = [.. ml.Data.CreateEnumerable<TokenRow>(data, reuseRowObject: false).Select(row => row.Label)];
        TrainedBound.Above(RankingScores.AreaUnderRoc(activations, labels), 0.95, "area of the rows");
        Assert.IsTrue(compiled.Truth(AblationKind.Resample).Heads.Contains(fitted.Circuit.Heads[0].Head));
    }

    [TestMethod]
    [DataRow(CircuitReadout.LastToken)]
    [DataRow(CircuitReadout.FirstToken)]
    [DataRow(CircuitReadout.AllTokens)]
    [DataRow(CircuitReadout.NextToken)]
    public void Readout_MakesTargetsOfPositiveRows(CircuitReadout readout)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var model = TinyTransformers.Create("gpt2");
        (int[], bool)[] rows = [([3, 0, 10], true), ([4, 1], false), ([5, 5, 7, 9], true)];
        var examples = ReadoutTargets.Examples(model, rows, readout).ToArray();
        Assert.IsEmpty(examples[1].Targets);
        using var logits = model.Run(new TokenBatch(rows.Select(row => row.Item1)), HookKind.Logits);
        int Likeliest(int row, int place) => (int)logits[row, place].argmax().Item<long>();
        CircuitTarget[] expected = readout switch
        {
            CircuitReadout.LastToken => [new(3, Likeliest(2, 3))],
            CircuitReadout.FirstToken => [new(0, Likeliest(2, 0))],
            CircuitReadout.AllTokens => [.. Enumerable.Range(0, 4).Select(place => new CircuitTarget(place, Likeliest(2, place)))],
            _ => [new(0, 5), new(1, 7), new(2, 9)],
        };
        CollectionAssert.AreEqual(expected, examples[2].Targets.ToArray());
    }

    [TestMethod]
    public void BadRows_AreErrorsThatNameColumnAndRow()
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        void Refused(string text, string part)
        {
            var data = ml.Data.LoadFromEnumerable(TextRows(12).Append(new TextRow { Text = text }));
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => Finder(ml, model, new()).Fit(data));
            StringAssert.Contains(error.Message, "'Text', row 12");
            StringAssert.Contains(error.Message, part);
        }
        Refused("a b z", "'z'");
        Refused("", "no token");
        Refused("a b c d e f g h i j k", "context is 9");
    }

    [TestMethod]
    public void WrongColumns_AreErrorsBeforeAnyRow()
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        var data = ml.Data.LoadFromEnumerable(TextRows(12));
        var noTokenizer = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => ml.Transforms.SparseAutoencoderCircuitFinder(model).Fit(data));
        StringAssert.Contains(noTokenizer.Message, "no tokenizer");
        var label = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            ml.Transforms.SparseAutoencoderCircuitFinder(model, TransformerTokenizer.OfWords(Words), labelColumnName: "Text").Fit(data));
        StringAssert.Contains(label.Message, "Boolean");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            ml.Transforms.SparseAutoencoderCircuitFinder(model, inputColumnName: "Nowhere").Fit(data)).Message, "'Nowhere'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            Finder(ml, model, new()).Fit(ml.Data.LoadFromEnumerable(TextRows(12).Where(row => row.Label))))
                .Message, "6 positive and 0 negative");
    }

    [TestMethod]
    public void Saving_WithoutFolderOrEmbedding_AndLoadingWhatIsGoneOrChanged_SayWhatToDo()
    {
        var ml = new MLContext(1);
        var file = Path.Combine(_folder, "circuit.zip");
        var place = Path.Combine(_folder, "model");
        using var model = TinyTransformers.Create("gpt2");
        var data = ml.Data.LoadFromEnumerable(TextRows(20));
        var options = new CircuitFinderOptions { Epochs = 5 };
        using (var nowhere = Finder(ml, model, options).Fit(data))
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.Save(nowhere, data.Schema, file)).Message, "EmbedModel");
        }
        model.Save(place);
        using (var fitted = Finder(ml, model, options, place).Fit(data))
        {
            ml.Model.Save(fitted, data.Schema, file);
        }
        using (var other = TransformerModel.CreateRandom(model.Config, 9))
        {
            other.Save(place);
        }
        StringAssert.Contains(Thrown(() => ml.Model.Load(file, out _)), "checksum differs");
        Directory.Delete(place, recursive: true);
        StringAssert.Contains(Thrown(() => ml.Model.Load(file, out _)), "save the circuit with EmbedModel");
    }

    [TestMethod]
    public void DamagedFile_IsAClearError_OrTheSameCircuit()
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        var data = ml.Data.LoadFromEnumerable(TextRows(20));
        using var fitted = Finder(ml, model, new CircuitFinderOptions { Epochs = 5, EmbedModel = true }).Fit(data);
        using var whole = new MemoryStream();
        ml.Model.Save(fitted, null, whole);
        var bytes = whole.ToArray();
        var (refused, random) = (0, new Random(1));
        for (var trial = 0; trial < 60; trial++)
        {
            var damaged = trial % 2 == 0 ? bytes[..random.Next(bytes.Length)] : bytes.ToArray();
            if (trial % 2 == 1)
            {
                damaged[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }
            try
            {
                using var loaded = (SparseAutoencoderCircuitTransformer)ml.Model.Load(new MemoryStream(damaged), out _);
                CollectionAssert.AreEqual(fitted.Circuit.Heads.ToArray(), loaded.Circuit.Heads.ToArray());
            }
            catch (Exception e) when (
                e is FormatException or InvalidDataException or InvalidOperationException or IOException or ArgumentException
                    or System.Reflection.TargetInvocationException)
            {
                refused++;
            }
        }
        Assert.IsGreaterThan(30, refused);
    }

    [TestMethod]
    public void CancelledContext_StopsTheFit()
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        var rows = TextRows(40).Select((row, index) =>
        {
            if (index == 20)
            {
                ml.Cancel();
            }
            return row;
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => Finder(ml, model, new()).Fit(ml.Data.LoadFromEnumerable(rows)));
    }

    private static SparseAutoencoderCircuitFinder Finder(
        MLContext ml, TransformerModel model, CircuitFinderOptions options, string? folder = null) =>
        ml.Transforms.SparseAutoencoderCircuitFinder(model, TransformerTokenizer.OfWords(Words), modelFolder: folder, options: options);

    // Positive rows repeat a pair of words.
    private static IEnumerable<TextRow> TextRows(int count)
    {
        var random = new Random(3);
        for (var i = 0; i < count; i++)
        {
            var words = Enumerable.Range(0, 4 + (i / 2 % 3)).Select(_ => Words[random.Next(Words.Length)]).ToArray();
            if (i % 2 == 0)
            {
                (words[2], words[3]) = (words[0], words[1]);
            }
            yield return new TextRow { Text = string.Join(' ', words), Label = i % 2 == 0 };
        }
    }

    private static CircuitRow[] Rows(MLContext ml, IDataView view) =>
        [.. ml.Data.CreateEnumerable<CircuitRow>(view, reuseRowObject: false)];

    private static void AssertSame(CircuitRow[] expected, CircuitRow[] actual)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (var row = 0; row < expected.Length; row++)
        {
            CollectionAssert.AreEqual(expected[row].Codes, actual[row].Codes);
            Assert.AreEqual(expected[row].CircuitActivation, actual[row].CircuitActivation);
        }
    }

    // ML.NET wraps what a loader throws.
    private static string Thrown(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            return e.ToString();
        }
        throw new AssertFailedException("Nothing was thrown.");
    }

    private sealed class TextRow
    {
        public string Text { get; set; } = "";

        public bool Label { get; set; }
    }

    private sealed class TokenRow
    {
        [VectorType]
        public int[] Tokens { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class CircuitRow
    {
        [VectorType]
        public int[] Codes { get; set; } = [];

        public float CircuitActivation { get; set; }
    }
}
