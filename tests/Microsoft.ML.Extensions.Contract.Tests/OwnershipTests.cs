using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Weights live until their last user has gone: whoever has begun ends well, whoever comes later is told what happened.</summary>
[TestClass]
public sealed class OwnershipTests
{
    [TestMethod, EveryTrainer]
    public void DisposedModel_RefusesWhatIsNew_AndSaysWhatHappened(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        var model = trainer.Fit(ml, data);
        var before = model.Transform(data);
        model.Dispose();
        model.Dispose();
        Action[] uses =
        [
            () => model.Transform(data), () => model.GetRowToRowMapper(data.Schema), () => model.GetOutputSchema(data.Schema),
            () => trainer.Task.Scores(before), () => ModelFile.Save(ml, model, data.Schema), () => _ = model.Model.ParameterCount,
            () => trainer.Task.Predict(ml, model, trainer.Input.Rows(1, 1), trainer.Input),
        ];
        foreach (var use in uses)
        {
            StringAssert.Contains(Assert.ThrowsExactly<ObjectDisposedException>(use).Message, "OwnsTransformer = false");
        }
    }

    [TestMethod, EveryTrainer]
    public void OpenCursor_ReadsOnAfterDispose_AndFreesTheWeights(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 300);
        LiveTensors.AssertNoneLeft(() =>
        {
            var model = trainer.Fit(ml, data);
            using var cursor = model.Transform(data).GetRowCursor(model.GetOutputSchema(data.Schema));
            Assert.IsTrue(cursor.MoveNext());
            model.Dispose();
            var rows = 1;
            while (cursor.MoveNext())
            {
                rows++;
            }
            Assert.AreEqual(300, rows);
        });
    }

    [TestMethod]
    public void EnginesOfOneModel_DisposedInAnyOrderByDefault_LeaveTheOthersWorking()
    {
        var (ml, model, row) = Fitted();
        var engines = Enumerable.Range(0, 4).Select(_ => ml.Model.CreatePredictionEngine<SequenceRow, Prediction>(model)).ToList();
        var expected = engines[0].Predict(row).Score;
        foreach (var engine in engines[..3])
        {
            engine.Dispose();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.AreEqual(expected, engines[3].Predict(row).Score);
        }
        var e = Assert.ThrowsExactly<ObjectDisposedException>(() => ml.Model.CreatePredictionEngine<SequenceRow, Prediction>(model));
        StringAssert.Contains(e.Message, "PredictionEngine, which disposes its model");
    }

    [TestMethod]
    public void PoolOfEnginesThatOwnNothing_ServesBurstAfterBurst()
    {
        var (ml, model, row) = Fitted();
        float? expected = null;
        for (var burst = 0; burst < 3; burst++)
        {
            var engines = Enumerable.Range(0, 4)
                .Select(_ => ml.Model.CreatePredictionEngine<SequenceRow, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false })).ToList();
            foreach (var engine in engines)
            {
                expected ??= engine.Predict(row).Score;
                Assert.AreEqual(expected, engine.Predict(row).Score);
                engine.Dispose();
            }
        }
    }

    [TestMethod]
    public void WeightsOfADisposedModel_AreFreedOnceItsEnginesAreGone()
    {
        var (ml, model, row) = Fitted();
        var weights = ((IEnumerable<ITransformer>)model).OfType<NetworkTransformer>().Single().Model.Network.parameters().ToList();
        PredictOnce(ml, model, row);
        Assert.IsFalse(weights.Any(weight => weight.IsInvalid));
        ((IDisposable)model).Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.IsTrue(weights.TrueForAll(weight => weight.IsInvalid));
    }

    [TestMethod]
    public void ModelDisposedWhileThreadsScore_EndsThemCleanly()
    {
        for (var round = 0; round < 5; round++)
        {
            var (ml, model, row) = Fitted();
            var data = ml.Data.LoadFromEnumerable(Enumerable.Repeat(row, 40), Definition());
            using var begun = new Barrier(5);
            var threads = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => ScoreUntilDisposed(model, data, begun), TaskCreationOptions.LongRunning)).ToArray();
            begun.SignalAndWait();
            Thread.Sleep(20 * round);
            ((IDisposable)model).Dispose();
            Task.WaitAll(threads);
        }
    }

    [TestMethod]
    public void StreamingEngine_GoesOnAfterItsModelIsDisposed_AndSaysWhenItIsItself()
    {
        var trainer = TrainerCases.Named("Aaren, multiclass");
        using var toy = new StreamedToy(trainer, ToyInput.Unequal, options => ((SequenceTrainerOptions)options).Pooling = SequencePooling.Mean);
        var expected = toy.Stream.Run(toy.Input, toy.Row);
        toy.Stream.Reset();
        ((IDisposable)toy.Model).Dispose();
        Scores.AssertSame(expected, toy.Stream.Run(toy.Input, toy.Row));
        toy.Stream.Load(toy.Stream.Save());
        Assert.ThrowsExactly<ObjectDisposedException>(() => trainer.Task.Stream(toy.Context, toy.Model, toy.Input.StepDefinition()));
        toy.Stream.Dispose();
        foreach (var use in (Action[])[() => toy.Stream.Step(toy.Row), toy.Stream.Reset, () => toy.Stream.Save()])
        {
            StringAssert.Contains(Assert.ThrowsExactly<ObjectDisposedException>(use).Message, "The engine was disposed");
        }
    }

    [TestMethod]
    public void StreamingEngineDisposedWhileItSteps_EndsCleanly()
    {
        var trainer = TrainerCases.Named("Aaren, multiclass");
        for (var round = 0; round < 5; round++)
        {
            using var toy = new StreamedToy(trainer, ToyInput.Unequal, options => ((SequenceTrainerOptions)options).Pooling = SequencePooling.Mean);
            var step = toy.Input.StepsOf(toy.Row).First();
            var stepping = Task.Run(() => Assert.ThrowsExactly<ObjectDisposedException>(() =>
            {
                while (true)
                {
                    toy.Stream.Step(step);
                }
            }));
            Thread.Sleep(10 * round);
            toy.Stream.Dispose();
            stepping.Wait();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PredictOnce(MLContext ml, ITransformer model, SequenceRow row) =>
        ml.Model.CreatePredictionEngine<SequenceRow, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false }).Predict(row);

    private static void ScoreUntilDisposed(ITransformer model, IDataView data, Barrier begun)
    {
        begun.SignalAndWait();
        Assert.ThrowsExactly<ObjectDisposedException>(() =>
        {
            while (true)
            {
                foreach (var score in model.Transform(data).GetColumn<float>("Score"))
                {
                    Assert.IsTrue(float.IsFinite(score));
                }
            }
        });
    }

    private static SchemaDefinition Definition()
    {
        var definition = SchemaDefinition.Create(typeof(SequenceRow));
        definition[nameof(SequenceRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, 1);
        return definition;
    }

    // A pipeline with a recurrent network in it, and a row to score.
    private static (MLContext Context, ITransformer Model, SequenceRow Row) Fitted()
    {
        var ml = new MLContext(1);
        var rows = TinyData.Rows(20, seed: 1);
        var trainer = ml.Regression.Trainers.ParaRnn(new ParaRnnOptions
        {
            LabelColumnName = nameof(SequenceRow.Target),
            Base = SequenceBase.None,
            HiddenSize = 8,
            Layers = 1,
            EnsembleSize = 1,
            Training = new() { Epochs = 1, Seed = 1 },
        });
        var data = ml.Data.LoadFromEnumerable(rows, Definition());
        return (ml, ml.Transforms.CopyColumns("Copy", "Target").Append(trainer).Fit(data), rows[0]);
    }

    private sealed class Prediction
    {
        public float Score { get; set; }
    }
}
