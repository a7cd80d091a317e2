using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class FitProgressTests
{
    [TestMethod]
    public void Epochs_OfNetworksSideBySide_AreAddedUp()
    {
        var told = new List<(int, int)>();
        var progress = new FitProgress(3);
        Tell(0, 1);
        Tell(1, 1);
        Tell(0, 2);
        // An early stop counts as all epochs.
        progress.End(0, 10);
        Tell(1, 2);
        CollectionAssert.AreEqual(new[] { (1, 30), (2, 30), (3, 30), (12, 30) }, told);

        void Tell(int network, int epochs) => progress.Report(network, epochs, 10, (done, all) => told.Add((done, all)));
    }
}
