using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Core.Tests.Columns;

[TestClass]
public sealed class RowFingerprintTests
{
    [TestMethod]
    public void EveryPartOfARow_ChangesIt()
    {
        string[] fingerprints =
        [
            Of(([1, 2], [1], 1, new RowPlace(0, 0))),
            Of(([1, 3], [1], 1, new RowPlace(0, 0))),
            Of(([1, 2], [2], 1, new RowPlace(0, 0))),
            Of(([1, 2], [1], 2, new RowPlace(0, 0))),
            Of(([1, 2], [1], 1, new RowPlace(1, 0))),
            Of(([1, 2], [1], 1, new RowPlace(0, 1))),
        ];
        CollectionAssert.AllItemsAreUnique(fingerprints);
        Assert.AreEqual(fingerprints[0], Of(([1, 2], [1], 1, new RowPlace(0, 0))));
    }

    [TestMethod]
    public void ValueThatGoesToTheNextRow_ChangesIt() =>
        Assert.AreNotEqual(Of(([1, 2], [], 1, default), ([3], [], 1, default)), Of(([1], [], 1, default), ([2, 3], [], 1, default)));

    private static string Of(params (float[] Values, byte[] Label, float Weight, RowPlace Place)[] rows)
    {
        using var fingerprint = new RowFingerprint();
        foreach (var (values, label, weight, place) in rows)
        {
            fingerprint.Add(values, label, weight, place);
        }
        return fingerprint.Take();
    }
}
