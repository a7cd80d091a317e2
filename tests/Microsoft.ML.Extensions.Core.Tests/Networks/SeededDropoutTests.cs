using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

[TestClass]
public sealed class SeededDropoutTests
{
    private const double Rate = 0.3;

    [TestMethod]
    public void PartOfTheRate_IsDropped_AndTheRestMadeUpFor()
    {
        using var scope = NewDisposeScope();
        var values = Dropped(tiedOverTime: false, training: true).flatten().data<float>().ToArray();
        Assert.IsTrue(values.All(value => value == 0 || Math.Abs(value - (1 / (1 - Rate))) < 1e-6));
        // 50,000 draws: a deviation of the part is .002.
        Assert.AreEqual(Rate, values.Count(value => value == 0) / (double)values.Length, 0.015);
    }

    [TestMethod]
    public void TiedOverTime_AChannelOfARowIsDroppedThroughout()
    {
        using var scope = NewDisposeScope();
        var dropped = Dropped(tiedOverTime: true, training: true);
        Assert.IsTrue(dropped.eq(dropped.narrow(1, 0, 1)).all().Item<bool>());
        Assert.IsFalse(dropped.eq(dropped.narrow(0, 0, 1)).all().Item<bool>());
        Assert.IsFalse(dropped.eq(dropped.narrow(2, 0, 1)).all().Item<bool>());
    }

    [TestMethod]
    public void Scoring_DropsNothing()
    {
        using var scope = NewDisposeScope();
        Assert.IsTrue(Dropped(tiedOverTime: false, training: false).eq(Numbers.One).all().Item<bool>());
    }

    private static Tensor Dropped(bool tiedOverTime, bool training)
    {
        using var generator = new Generator(1);
        using var dropout = new SeededDropout(Rate, new RandomSource { Generator = generator }, tiedOverTime);
        dropout.train(training);
        return dropout.call(ones(100, 50, 10));
    }
}
