using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
internal sealed class ParaRnnCellsTests
{
    private const string Name = "EveryFunction";

    [TestMethod]
    public void CellOfOnesOwn_TrainsSavesAndLoads()
    {
        ParaRnnCells.Register<EveryFunctionCell>(Name);
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(CylinderBellFunnel.Rows(30, 1));
        var options = new ParaRnnOptions { Base = SequenceBase.None, HiddenSize = 8, Layers = 1, EnsembleSize = 1, Training = { Epochs = 1 } };
        var keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        using var model = ml.MulticlassClassification.Trainers.ParaRnn<EveryFunctionCell>(options).Fit(keyed);
        using var file = new TempFile("");
        ml.Model.Save(model, keyed.Schema, file.Path);
        var loaded = new MLContext(2).Model.Load(file.Path, out _);
        var (expected, actual) = (Scores(ml, model.Transform(keyed)), Scores(ml, loaded.Transform(keyed)));
        CollectionAssert.AreEqual(expected, actual);
        Assert.AreEqual(EveryFunctionCell.Parameters, model.Model.ParameterShapes["blocks.0.forwards.recurrent"][0]);
        Assert.IsNull(options.CustomCell, "The caller's options were changed.");
    }

    [TestMethod]
    public void EveryTask_TakesACellOfOnesOwn()
    {
        ParaRnnCells.Register<EveryFunctionCell>(Name);
        var ml = new MLContext(1);
        Assert.IsNotNull(ml.BinaryClassification.Trainers.ParaRnn<EveryFunctionCell>(new ParaRnnOptions()));
        Assert.IsNotNull(ml.Regression.Trainers.ParaRnn<EveryFunctionCell>(new ParaRnnOptions()));
    }

    [TestMethod]
    public void Register_Again_HasNoEffect()
    {
        Parallel.For(0, 8, _ => ParaRnnCells.Register<EveryFunctionCell>(Name));
        Assert.AreEqual(Name, ParaRnnCells.NameOf<EveryFunctionCell>());
    }

    [TestMethod]
    public void Register_OfATakenName_IsRefused()
    {
        ParaRnnCells.Register<EveryFunctionCell>(Name);
        foreach (var taken in new[] { Name, nameof(ParaRnnCell.Gru), nameof(ParaRnnCell.Lstm) })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => ParaRnnCells.Register<LinearCell>(taken));
            StringAssert.Contains(error.Message, $"'{taken}'");
        }
    }

    [TestMethod]
    public void Register_UnderASecondName_IsRefused()
    {
        ParaRnnCells.Register<EveryFunctionCell>(Name);
        var error = Assert.ThrowsExactly<ArgumentException>(() => ParaRnnCells.Register<EveryFunctionCell>("Another"));
        StringAssert.Contains(error.Message, $"'{Name}'");
    }

    [TestMethod]
    public void Register_WithoutAName_IsRefused() => Assert.ThrowsExactly<ArgumentException>(() => ParaRnnCells.Register<LinearCell>(" "));

    [TestMethod]
    public void Register_OfImpossibleSizes_IsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ParaRnnCells.Register<CellOfNineStates>("Nine"));
        StringAssert.Contains(error.Message, "9 states");
    }

    [TestMethod]
    public void Trainer_WithAnUnregisteredCell_SaysHowToRegisterIt()
    {
        var ml = new MLContext(1);
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => ml.Regression.Trainers.ParaRnn<StepOnly<ParaGruCell>>(new ParaRnnOptions()));
        StringAssert.Contains(error.Message, "ParaRnnCells.Register<");
    }

    [TestMethod]
    public void Model_WithAnUnknownCell_SaysHowToRegisterIt()
    {
        var options = System.Text.Json.JsonSerializer.Deserialize<ParaRnnOptions>("""{"CustomCell":"Unheard"}""")!;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => ParaRnnCells.Block(options, new RandomSource(), new Generator(1)));
        StringAssert.Contains(error.Message, "ParaRnnCells.Register<TCell>(\"Unheard\")");
    }

    [TestMethod]
    public void ModelFile_OfACellOfThePaper_NamesNoOther() =>
        Assert.DoesNotContain(nameof(ParaRnnOptions.CustomCell), System.Text.Json.JsonSerializer.Serialize(new ParaRnnOptions()));

    private static float[] Scores(MLContext ml, IDataView data) =>
        [.. ml.Data.CreateEnumerable<Scored>(data, reuseRowObject: false).SelectMany(row => row.Score)];

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }

    private readonly struct CellOfNineStates : IRecurrentCell<CellOfNineStates>
    {
        public static int Gates => 1;

        public static int States => 9;

        public static int Parameters => 0;

        public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
            where T : ILane<T>
            where TInput : IInputs<T>
            where TRows : IRows<T> =>
            next[0] = x[0];
    }
}
