using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

[TestClass]
public sealed class ScoringTests
{
    private const int Many = 300;

    [TestMethod, EveryTrainer]
    public void Score_DoesNotDependOnTheNumberOfRows(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            using var toy = new FittedToy(trainer, input);
            var rows = input.Rows(Many, 2);
            var all = toy.Score(rows);
            foreach (var count in new[] { 1, 3, 256, Many })
            {
                Scores.AssertClose(all[..count], toy.Score(rows[..count]), trainer.Tolerance);
            }
        }
    }

    [TestMethod, EveryTrainer]
    public void Score_DoesNotDependOnOrder(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            using var toy = new FittedToy(trainer, input);
            var rows = input.Rows(Many, 2);
            Scores.AssertClose([.. toy.Score(rows).Reverse()], toy.Score([.. rows.Reverse()]), trainer.Tolerance);
        }
    }

    [TestMethod, EveryTrainer]
    public void Score_DoesNotDependOnPaddingAndNeighbours(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs.Where(input => input.Steps == 0))
        {
            using var toy = new FittedToy(trainer, input);
            var row = input.Rows(1, 2)[0];
            var neighbour = input.Rows(1, 3)[0];
            neighbour.Features = [.. Enumerable.Repeat(neighbour.Features, 20).SelectMany(values => values).Select(value => 100 * value)];
            neighbour.Words = [.. Enumerable.Repeat(neighbour.Words, 20).SelectMany(words => words)];
            Scores.AssertClose(toy.Score([row]), toy.Score([neighbour, row])[1..], trainer.Tolerance);
        }
    }

    [TestMethod, EveryTrainer]
    public void Score_DoesNotDependOnNeighboursOfOtherLengths(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs.Where(input => input.Steps == 0))
        {
            using var toy = new FittedToy(trainer, input);
            ToyRow[] rows = [.. input.Rows(12, 2).Select((row, index) => Repeated(row, 1 + (index * index * index % 37)))];
            var together = toy.Score(rows);
            Scores.AssertClose([.. rows.Select(row => toy.Score([row])[0])], together, trainer.Tolerance);
            Scores.AssertClose([.. toy.Score([.. rows.Reverse()]).Reverse()], together, trainer.Tolerance);
        }
    }

    [TestMethod, EveryTrainer]
    public void OneStep_IsEnough(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs.Where(input => input.Steps == 0))
        {
            using var toy = new FittedToy(trainer, input);
            var row = input.Rows(1, 2)[0];
            (row.Features, row.Words) = (row.Features[..input.Channels], row.Words[..1]);
            Assert.IsTrue(toy.Score([row])[0].All(float.IsFinite));
        }
    }

    [TestMethod, EveryTrainer]
    public void DataOfOneStepOnly_CanBeLearnedFrom(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs.Where(input => input.Steps == 0))
        {
            var rows = input.Rows(18, 1);
            Array.ForEach(rows, row => (row.Features, row.Words) = (row.Features[..input.Channels], row.Words[..1]));
            var ml = new MLContext(1);
            var data = trainer.Load(ml, rows, input);
            using var model = trainer.Fit(ml, data);
            Assert.IsTrue(trainer.Task.Scores(model.Transform(data)).All(row => row.All(float.IsFinite)));
        }
    }

    [TestMethod, EveryTrainer]
    public void NoRows_GiveNoScores(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        Assert.IsEmpty(toy.Score([]));
    }

    [TestMethod, EveryTrainer]
    public void Transform_ChangesNothing(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        var rows = trainer.Input.Rows(Many, 2);
        Scores.AssertSame(toy.Score(rows), toy.Score(rows));
    }

    [TestMethod, EveryTrainer]
    public void PredictionEngine_AgreesWithTransform(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            var ml = new MLContext(1);
            var rows = input.Rows(27, 2);
            var data = input.Load(ml, rows);
            var model = trainer.Pipeline(ml, input: input).Fit(data);
            Scores.AssertClose(trainer.Task.Scores(model.Transform(data)), trainer.Task.Predict(ml, model, rows, input), trainer.Tolerance);
        }
    }

    [TestMethod, EveryTrainer]
    public void ManyThreads_GetTheSameScores(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var rows = trainer.Input.Rows(Many, 2);
        var data = trainer.Input.Load(ml, rows);
        var model = trainer.Pipeline(ml).Fit(data);
        var transformed = trainer.Task.Scores(model.Transform(data));
        var predicted = trainer.Task.Predict(ml, model, rows, trainer.Input);
        RunOnThreads(8, thread => Scores.AssertSame(thread % 2 == 0 ? transformed : predicted,
            thread % 2 == 0 ? trainer.Task.Scores(model.Transform(data)) : trainer.Task.Predict(ml, model, rows, trainer.Input)));
    }

    [TestMethod, EveryTrainer(Classification = true)]
    public void Probabilities_LieBetweenZeroAndOne_AndSumToOne(TrainerCase trainer)
    {
        using var toy = new FittedToy(trainer);
        var scored = toy.Transform(trainer.Input.Rows(Many, 2));
        var probabilities = scored.Schema["Score"].Type is VectorDataViewType
            ? scored.GetColumn<float[]>("Score") : scored.GetColumn<float>("Probability").Select(yes => new[] { yes, 1 - yes });
        foreach (var row in probabilities)
        {
            Assert.IsTrue(row.All(value => value is >= 0 and <= 1));
            Assert.AreEqual(1, row.Sum(), 1e-5);
        }
    }

    private static ToyRow Repeated(ToyRow row, int times)
    {
        (row.Features, row.Words) = (Repeat(row.Features), Repeat(row.Words));
        return row;

        T[] Repeat<T>(T[] values) => [.. Enumerable.Repeat(values, times).SelectMany(all => all)];
    }

    private static void RunOnThreads(int count, Action<int> action)
    {
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, count).Select(index => new Thread(() => Guard(failures, () => action(index)))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.IsTrue(failures.IsEmpty, string.Join('\n', failures));
    }

    private static void Guard(System.Collections.Concurrent.ConcurrentQueue<Exception> failures, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            failures.Enqueue(e);
        }
    }
}
