using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics;

[TestClass]
public sealed unsafe class FloatMemoryTests
{
    [TestMethod]
    public void KeptMemory_IsRentedAgain_AndHasRoom()
    {
        using var kept = FloatMemory.Keep();
        foreach (var numbers in new[] { 1L, 15, 16, 17, 1000, 1 << 20 })
        {
            var first = FloatMemory.Rent(numbers);
            Assert.AreEqual(0, (nint)first % 64);
            new Span<float>(first, (int)numbers).Fill(1);
            var other = FloatMemory.Rent(numbers);
            Assert.IsTrue((nint)other != (nint)first, "two renters share memory");
            FloatMemory.Return(first);
            Assert.IsTrue((nint)FloatMemory.Rent(numbers) == (nint)first, $"{numbers} numbers are not rented again");
            FloatMemory.Return(other);
            FloatMemory.Return(first);
        }
    }

    [TestMethod]
    public void Memory_ReturnedOnAnotherThread_BelongsToThatThread()
    {
        using var kept = FloatMemory.Keep();
        var rented = (nint)FloatMemory.Rent(100);
        var thread = new Thread(() => FloatMemory.Return((float*)rented));
        thread.Start();
        thread.Join();
        var (one, two) = ((nint)FloatMemory.Rent(100), (nint)FloatMemory.Rent(100));
        Assert.AreNotEqual(one, two);
        FloatMemory.Return((float*)one);
        FloatMemory.Return((float*)two);
    }
}
